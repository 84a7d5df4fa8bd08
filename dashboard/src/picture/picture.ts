// A picture of boxes and arrows as plain data: what is to be drawn, and where all of it goes once it is laid out. It knows
// nothing of routes.

/** How a box or an arrow is meant: `accent` is the way most requests go, `off` takes none on purpose. */
export type Tone = 'plain' | 'accent' | 'off' | 'warning' | 'bad'

/** One box. */
export interface PictureNode {
  readonly id: string
  /** In the first line, bold. */
  readonly title: string
  readonly lines: readonly string[]
  /** `file:line:column` where it is written. */
  readonly place?: string
  readonly tone: Tone
  /** Where a click leads, a location of the dashboard. */
  readonly href?: string
}

/** A box with what comes after it. */
export interface PictureBranch {
  readonly node: PictureNode
  /** Of the arrow that leads here. */
  readonly arrow: Arrow
  readonly next: readonly PictureBranch[]
}

/** What flows along an arrow. */
export interface Arrow {
  /** Requests per second; `undefined` where nobody counts. */
  readonly rate: number | undefined
  /** Beside it: `20 %`. */
  readonly label?: string
  readonly tone: Tone
}

/** Several beginnings that come together in one box, from which it branches out. */
export interface Picture {
  readonly sources: readonly { readonly node: PictureNode; readonly arrow: Arrow }[]
  readonly root: PictureNode
  readonly next: readonly PictureBranch[]
}

/** A box with its place on the drawing; all in CSS pixels. */
export interface PlacedNode {
  readonly node: PictureNode
  readonly title: readonly string[]
  readonly lines: readonly string[]
  readonly place: string | undefined
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** An arrow with its path (of SVG) and where its label stands. */
export interface PlacedArrow {
  readonly id: string
  readonly arrow: Arrow
  readonly path: string
  readonly labelX: number
  readonly labelY: number
  readonly labelAnchor: 'start' | 'middle'
}

/** What is drawn. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly arrows: readonly PlacedArrow[]
}
