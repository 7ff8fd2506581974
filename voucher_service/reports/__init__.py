"""Reports: questions across subjects, each answered by one table; nothing here writes to the books."""
