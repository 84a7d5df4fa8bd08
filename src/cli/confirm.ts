// Asks before something outside Portico's own directory is changed.
import { createInterface } from 'node:readline/promises'
import { UsageError } from './usage-error.ts'

/**
 * Whether to go on: what was said with `--yes`, else what a person answers on the terminal; anything but yes is no. Throws
 * `UsageError` where nobody can be asked.
 */
export async function confirm(question: string, isAgreed: boolean): Promise<boolean> {
  if (isAgreed) return true
  if (!process.stdin.isTTY)
    throw new UsageError(
      'nobody can be asked here, for standard input is no terminal; --yes agrees to all of it',
    )
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    // Whoever closes the input instead has not agreed, whichever way readline takes that.
    const closed = new Promise<string>(resolve => terminal.once('close', () => resolve('')))
    const answer = await Promise.race([terminal.question(`${question} [y/N] `).catch(() => ''), closed])
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}
