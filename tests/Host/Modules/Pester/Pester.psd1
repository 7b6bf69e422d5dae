@{ ModuleVersion='5.9.0' }
