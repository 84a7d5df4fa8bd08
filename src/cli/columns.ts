// Tables as kubectl prints them: columns as wide as their widest cell, three spaces between them, no lines.
import { escapeControls } from '../diagnostics/escape-controls.ts'
import { padText, textWidth } from './text-width.ts'

const gap = 3
/** kubectl's columns take six places at least, the gap included. */
const leastWidth = 6 - gap

/**
 * One line per row, the header first unless it is `undefined`; nothing follows the last cell of a line. Control characters
 * in cells are escaped. `least`: widths of a table that these rows continue.
 */
export function renderColumns(
  header: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  least: readonly number[] = [],
): string[] {
  const cells = (header === undefined ? rows : [header, ...rows]).map(row => row.map(escapeControls))
  const widths = columnWidths(cells, least)
  return cells.map(row =>
    row
      .map((cell, column) => padText(cell, widths[column]!))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

/** The width of each column of a table with these rows; no smaller than `least`. */
export function columnWidths(
  rows: readonly (readonly string[])[],
  least: readonly number[] = [],
): readonly number[] {
  const widths: number[] = [...least]
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? leastWidth, textWidth(cell))
    }
  }
  return widths
}
