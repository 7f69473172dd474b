"""Where our side lives: implementations of `engine.ports.Host`."""
