// Text in boxes of SVG, which breaks no lines by itself.

/** Where names of the field may break: after these. */
const breaks = /[\s/.:,\-_=]/

/** Breaks text into at most `maxLines` lines of about `maxLength` characters; what does not fit ends in an ellipsis. */
export function wrapText(text: string, maxLength: number, maxLines: number): string[] {
  const lines: string[] = []
  let rest = text
  while (rest.length > maxLength && lines.length < maxLines - 1) {
    const end = breakBefore(rest, maxLength)
    lines.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  lines.push(rest.length > maxLength ? `${rest.slice(0, maxLength - 1)}…` : rest)
  return lines
}

/** Shortens `file:line:column` or any other path from the left: its end says more. */
export function shortenPath(text: string, maxLength: number): string {
  return text.length > maxLength ? `…${text.slice(text.length - maxLength + 1)}` : text
}

function breakBefore(text: string, maxLength: number): number {
  // A line of less than a third would look like a mistake: a hard break is better then.
  for (let end = maxLength; end > maxLength / 3; end--) if (breaks.test(text[end - 1]!)) return end
  return maxLength
}
