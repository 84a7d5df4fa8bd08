// Where log lines go: the form that all such places have. A disk that is full, a reader that stalls or has gone: lines are lost
// then, and nobody waits.

/** Takes one text at a time. */
export interface LogOutput {
  /** Whether the text before is still on its way. */
  readonly isBusy: boolean
  /** `onDone` is called when the text is not needed any more; `written`: bytes that arrived before an error. */
  write(text: Buffer, onDone: (error: Error | undefined, written: number) => void): void
  /** Resolves when nothing is on its way any more; a reader that stalls gets a second. */
  settled(): Promise<void>
  /** A file has been renamed: what follows goes into a new one of the old name; where that can not be, into the old one, and `onFailed` is told. */
  reopen(onFailed: (error: Error) => void): void
  /** Nothing is written any more. */
  close(): void
}

/** The end of the process waits no longer for a reader. */
export const longestWaitMs = 1_000
