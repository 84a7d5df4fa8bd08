// Why a source could not start.

/** Input named by the user is not there or can not be read; the message is one sentence about which and why. */
export class SourceError extends Error {}
