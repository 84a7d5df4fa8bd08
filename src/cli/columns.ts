// Tables as kubectl prints them: columns as wide as their widest cell, three spaces between them, no lines.

/** One line per row, the header first; nothing follows the last cell of a line. */
export function renderColumns(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  return all.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('   ')
      .trimEnd(),
  )
}
