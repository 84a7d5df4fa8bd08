// What a user asked for can not be done as asked; nothing was started.

/** Ends the command with exit code 2. The message is a sentence without a full stop, after `error: `. */
export class UsageError extends Error {}
