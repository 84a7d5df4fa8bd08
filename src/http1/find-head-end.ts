// Hot path: runs for every read that may complete a head.
// Finds the empty line that ends a head, and refuses early what can never become one.

/** More bytes than this before the empty line are refused with 431. */
export const maxHeadBytes = 16 * 1024

const headEnd = Buffer.from('\r\n\r\n', 'latin1')
const LF = 10
const CR = 13

/** Index just behind the first empty line at or after `start`, or -1 when it is not there yet. */
export function findHeadEnd(bytes: Buffer, start: number): number {
  const index = bytes.indexOf(headEnd, start)
  return index === -1 ? -1 : index + 4
}

/** Whether a head has a line feed without a carriage return in `[start, end)`: it will never be valid. */
export function hasBareLineFeed(bytes: Buffer, start: number, end = bytes.length): boolean {
  for (
    let index = bytes.indexOf(LF, start);
    index !== -1 && index < end;
    index = bytes.indexOf(LF, index + 1)
  ) {
    if (index === start || bytes[index - 1] !== CR) return true
  }
  return false
}
