// Where the boxes and arrows of a picture go: in columns from left to right where there is room, else as an indented list from
// top to bottom, as on a phone.
import type {
  Arrow,
  Drawing,
  Picture,
  PictureBranch,
  PictureNode,
  PlacedArrow,
  PlacedNode,
} from './picture.ts'
import { shortenPath, wrapText } from './wrap-text.ts'

/** Narrower boxes than this say nothing. */
const minColumnWidth = 120
const maxColumnWidth = 230
const gap = 42
const rowGap = 14
const titleHeight = 17
const lineHeight = 16
const padding = 10
/** Mean widths of a character of the title's and the lines' fonts. */
const titleCharacter = 7.2
const lineCharacter = 6.5
const indent = 26
const downGap = 30
/** Between boxes that an arrow's label stands between. */
const labelledGap = 26

/** Lays a picture out on `width` pixels. */
export function layOut(picture: Picture, width: number): Drawing {
  const columns = depthOf(picture)
  const columnWidth = Math.floor((width - (columns - 1) * gap) / columns)
  return columnWidth < minColumnWidth
    ? layOutDown(picture, width)
    : layOutAcross(picture, Math.min(columnWidth, maxColumnWidth), columns)
}

function depthOf(picture: Picture): number {
  const below = (branches: readonly PictureBranch[]): number =>
    branches.reduce((depth, branch) => Math.max(depth, 1 + below(branch.next)), 0)
  return 2 + below(picture.next)
}

// Across: a tree, each box in the middle of what comes after it.

function layOutAcross(picture: Picture, columnWidth: number, columns: number): Drawing {
  const nodes: PlacedNode[] = []
  const arrows: PlacedArrow[] = []
  const tree = measure({ node: picture.root, arrow: none, next: picture.next }, columnWidth)
  const sources = picture.sources.map(({ node, arrow }) => ({ arrow, box: boxOf(node, columnWidth) }))
  const sourcesHeight = stackHeight(sources.map(({ box }) => box.height))
  const height = Math.max(tree.span, sourcesHeight)

  const root = placeAcross(tree, 1, (height - tree.span) / 2, columnWidth, nodes, arrows)
  let y = root.y + root.height / 2 - sourcesHeight / 2
  for (const { arrow, box } of sources) {
    const source = { ...box, x: 0, y }
    nodes.push(source)
    arrows.push(arrowAcross(source, root, arrow))
    y += box.height + rowGap
  }
  return { width: columns * columnWidth + (columns - 1) * gap, height, nodes, arrows }
}

interface Measured {
  readonly box: Box
  readonly arrow: Arrow
  readonly next: readonly Measured[]
  /** The height that it takes with all that comes after it. */
  readonly span: number
}

type Box = Omit<PlacedNode, 'x' | 'y'>

function measure({ node, arrow, next }: PictureBranch, width: number): Measured {
  const box = boxOf(node, width)
  const children = next.map(branch => measure(branch, width))
  return { box, arrow, next: children, span: Math.max(box.height, stackHeight(children.map(c => c.span))) }
}

function placeAcross(
  tree: Measured,
  column: number,
  top: number,
  width: number,
  nodes: PlacedNode[],
  arrows: PlacedArrow[],
): PlacedNode {
  const placed = { ...tree.box, x: column * (width + gap), y: top + (tree.span - tree.box.height) / 2 }
  nodes.push(placed)
  let y = top + (tree.span - stackHeight(tree.next.map(branch => branch.span))) / 2
  for (const branch of tree.next) {
    const child = placeAcross(branch, column + 1, y, width, nodes, arrows)
    arrows.push(arrowAcross(placed, child, branch.arrow))
    y += branch.span + rowGap
  }
  return placed
}

function arrowAcross(from: PlacedNode, to: PlacedNode, arrow: Arrow): PlacedArrow {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2]
  const [x2, y2] = [to.x, to.y + to.height / 2]
  const middle = (x1 + x2) / 2
  return {
    id: `${from.node.id}→${to.node.id}`,
    arrow,
    path: `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`,
    labelX: middle,
    labelY: (y1 + y2) / 2 - 8,
    labelAnchor: 'middle',
  }
}

// Down: each box below the one before it; what branches out is indented.

function layOutDown(picture: Picture, width: number): Drawing {
  const nodes: PlacedNode[] = []
  const arrows: PlacedArrow[] = []
  const joins = picture.sources.length > 1
  let y = 0
  const sources = picture.sources.map(({ node, arrow }) => {
    const x = joins ? indent : 0
    const source = { ...boxOf(node, width - x), x, y }
    nodes.push(source)
    y += source.height + (joins ? labelledGap : downGap)
    return { source, arrow }
  })
  const root = { ...boxOf(picture.root, width), x: 0, y }
  nodes.push(root)
  for (const { source, arrow } of sources)
    arrows.push(joins ? arrowFromAside(source, root, arrow) : arrowDown(source, root, arrow))
  const height = placeDown(root, picture.next, width, nodes, arrows)
  return { width, height, nodes, arrows }
}

/** Places what comes after a box, and returns where it ends. */
function placeDown(
  from: PlacedNode,
  branches: readonly PictureBranch[],
  width: number,
  nodes: PlacedNode[],
  arrows: PlacedArrow[],
): number {
  let y = from.y + from.height
  const x = branches.length > 1 ? from.x + indent : from.x
  for (const branch of branches) {
    const top = y + (branches.length > 1 ? labelledGap : downGap)
    const placed = { ...boxOf(branch.node, width - x), x, y: top }
    nodes.push(placed)
    arrows.push(
      branches.length > 1 ? arrowAside(from, placed, branch.arrow) : arrowDown(from, placed, branch.arrow),
    )
    y = placeDown(placed, branch.next, width, nodes, arrows)
  }
  return y
}

function arrowDown(from: PlacedNode, to: PlacedNode, arrow: Arrow): PlacedArrow {
  const x = from.x + indent
  const y = from.y + from.height
  return {
    id: `${from.node.id}→${to.node.id}`,
    arrow,
    path: `M${x} ${y} L${x} ${to.y}`,
    labelX: x + 12,
    labelY: (y + to.y) / 2 + 4,
    labelAnchor: 'start',
  }
}

/** Along the left edge of what has come before, then into the box. */
function arrowAside(from: PlacedNode, to: PlacedNode, arrow: Arrow): PlacedArrow {
  const x = from.x + indent / 2
  const y = to.y + titleHeight
  return {
    id: `${from.node.id}→${to.node.id}`,
    arrow,
    path: `M${x} ${from.y + from.height} L${x} ${y - 8} Q${x} ${y} ${x + 8} ${y} L${to.x} ${y}`,
    labelX: to.x + 4,
    labelY: to.y - 8,
    labelAnchor: 'start',
  }
}

/** Out of a box to the left, then down the edge. */
function arrowFromAside(from: PlacedNode, to: PlacedNode, arrow: Arrow): PlacedArrow {
  const x = indent / 2
  const y = from.y + titleHeight
  return {
    id: `${from.node.id}→${to.node.id}`,
    arrow,
    path: `M${from.x} ${y} L${x + 8} ${y} Q${x} ${y} ${x} ${y + 8} L${x} ${to.y}`,
    labelX: from.x + 4,
    labelY: from.y + from.height + 17,
    labelAnchor: 'start',
  }
}

// Boxes.

const none: Arrow = { rate: undefined, tone: 'plain' }

function boxOf(node: PictureNode, width: number): Box {
  const room = width - 2 * padding
  const title = wrapText(node.title, Math.floor(room / titleCharacter), 3)
  const lines = node.lines.flatMap(line => wrapText(line, Math.floor(room / lineCharacter), 3))
  const place =
    node.place === undefined ? undefined : shortenPath(node.place, Math.floor(room / lineCharacter))
  const count = lines.length + (place === undefined ? 0 : 1)
  const height = 2 * padding + title.length * titleHeight + count * lineHeight
  return { node, title, lines, place, width, height }
}

function stackHeight(heights: readonly number[]): number {
  return heights.reduce((sum, height) => sum + height, 0) + Math.max(0, heights.length - 1) * rowGap
}
