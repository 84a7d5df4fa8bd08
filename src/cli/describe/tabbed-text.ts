// Lines of cells under each other, as kubectl describes objects: a column is as wide as the widest cell among neighbouring
// lines that have it (Go's text/tabwriter with a padding of 2, which kubectl uses).
import { escapeControls } from '../../diagnostics/escape-controls.ts'
import { padText, textWidth } from '../text-width.ts'

const padding = 2
const indentWidth = 2

/** Collects lines. Cells are escaped; the last cell of a line belongs to no column. */
export class TabbedText {
  readonly #lines: (readonly string[])[] = []

  /** Adds a line, indented by `level` steps. */
  add(level: number, ...cells: readonly string[]): void {
    const [first = '', ...rest] = cells.map(escapeControls)
    this.#lines.push([' '.repeat(level * indentWidth) + first, ...rest])
  }

  /** Adds `title` with the first of the lines, the others below it; `<none>` where there are none. */
  addList(level: number, title: string, lines: readonly string[]): void {
    const shown = lines.length === 0 ? ['<none>'] : lines
    for (const [index, line] of shown.entries()) this.add(level, index === 0 ? title : '', line)
  }

  /** The lines with their columns aligned. */
  render(): string {
    return alignCells(this.#lines, 0)
      .map(cells => `${cells.join('').trimEnd()}\n`)
      .join('')
  }
}

/** Pads the cells of `column` and of those after it; lines that end before it separate its blocks. */
function alignCells(lines: readonly (readonly string[])[], column: number): readonly (readonly string[])[] {
  const aligned: (readonly string[])[] = []
  for (let from = 0; from < lines.length; ) {
    let to = from
    while (to < lines.length && column < lines[to]!.length - 1) to++
    if (to === from) {
      aligned.push(lines[from]!)
      from++
      continue
    }
    const block = lines.slice(from, to)
    const width = block.reduce((widest, cells) => Math.max(widest, textWidth(cells[column]!)), 0) + padding
    const padded = block.map(cells => cells.with(column, padText(cells[column]!, width)))
    for (const cells of alignCells(padded, column + 1)) aligned.push(cells)
    from = to
  }
  return aligned
}
