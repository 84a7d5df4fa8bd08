// Why Portico could not start, as an exit code and a sentence.

/** `exitCode` 2: usage or unreadable input; 3: could not start (port in use). */
export class StartError extends Error {
  readonly exitCode: 2 | 3
  constructor(exitCode: 2 | 3, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
