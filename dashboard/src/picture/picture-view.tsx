// A picture as SVG, laid out anew for each width. Arrows grow with the rate along them, on a scale of the picture's own.
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { rate } from '../words/figures.ts'
import { layOut } from './layout.ts'
import type { Arrow, Drawing, Picture, PlacedArrow, PlacedNode, Tone } from './picture.ts'

const thinnest = 1.5
const thickest = 9
const tones: readonly Tone[] = ['plain', 'accent', 'off', 'warning', 'bad']
const baseline = { title: 14, line: 12 }
const padding = 10
const titleHeight = 17
const lineHeight = 16

/** Draws a picture as wide as there is room. `description`: what it shows, for those who do not see it. */
export function PictureView({ picture, title, description }: PictureViewProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)))
    observer.observe(frame.current!)
    return () => observer.disconnect()
  }, [])
  return (
    <div class="picture" ref={frame}>
      {width > 0 && <DrawingView drawing={layOut(picture, width)} title={title} description={description} />}
    </div>
  )
}

interface PictureViewProps {
  readonly picture: Picture
  readonly title: string
  readonly description: readonly string[]
}

function DrawingView(props: { drawing: Drawing; title: string; description: readonly string[] }) {
  const { drawing, title, description } = props
  const id = useId()
  const fastest = Math.max(...drawing.arrows.map(({ arrow }) => arrow.rate ?? 0))
  // Room for the outline of boxes at the edges.
  const { width, height } = drawing
  return (
    <svg
      width={width + 2}
      height={height + 2}
      viewBox={`-1 -1 ${width + 2} ${height + 2}`}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-text`}>{description.join(' ')}</desc>
      <defs>
        {tones.map(tone => (
          <ArrowHead key={tone} id={`${id}-${tone}`} tone={tone} />
        ))}
      </defs>
      {drawing.arrows.map(placed => (
        <ArrowView key={placed.id} placed={placed} fastest={fastest} head={`${id}-${placed.arrow.tone}`} />
      ))}
      {drawing.nodes.map(placed => (
        <NodeView key={placed.node.id} placed={placed} />
      ))}
    </svg>
  )
}

function ArrowHead({ id, tone }: { id: string; tone: Tone }) {
  return (
    <marker
      id={id}
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerWidth="8"
      markerHeight="8"
      markerUnits="userSpaceOnUse"
      orient="auto"
    >
      <path d="M0 0 L8 4 L0 8 z" class={`picture-head tone-${tone}`} />
    </marker>
  )
}

function ArrowView({ placed, fastest, head }: { placed: PlacedArrow; fastest: number; head: string }) {
  const { arrow, path, labelX, labelY, labelAnchor } = placed
  const label = labelOf(arrow)
  return (
    <g class={`picture-arrow tone-${arrow.tone}`}>
      <path d={path} stroke-width={thickness(arrow, fastest)} class="picture-flow" />
      <path d={path} class="picture-line" marker-end={`url(#${head})`} />
      {label.map((text, index) => (
        <text
          key={index}
          x={labelX}
          y={labelY - (label.length - 1 - index) * 13 * (labelAnchor === 'middle' ? 1 : 0)}
          dx={labelAnchor === 'start' && index > 0 ? '4.5em' : undefined}
          text-anchor={labelAnchor}
          class="picture-label"
        >
          {text}
        </text>
      ))}
    </g>
  )
}

function labelOf({ label, rate: flow }: Arrow): string[] {
  return [...(label === undefined ? [] : [label]), ...(flow === undefined ? [] : [rate(flow)])]
}

/** The area of an arrow grows with what flows: roots keep small flows visible beside large ones. */
function thickness({ rate: flow = 0 }: Arrow, fastest: number): number {
  return fastest === 0 ? thinnest : thinnest + (thickest - thinnest) * Math.sqrt(flow / fastest)
}

function NodeView({ placed }: { placed: PlacedNode }) {
  const { node, x, y, width, height, title, lines, place } = placed
  const box = (
    <g class={`picture-node tone-${node.tone}`} transform={`translate(${x} ${y})`}>
      <title>
        {[node.title, ...node.lines, ...(node.place === undefined ? [] : [node.place])].join('\n')}
      </title>
      <rect width={width} height={height} rx="7" />
      {title.map((text, index) => (
        <text
          key={index}
          x={padding}
          y={padding + baseline.title + index * titleHeight}
          class="picture-title"
        >
          {text}
        </text>
      ))}
      {[...lines, ...(place === undefined ? [] : [place])].map((text, index) => (
        <text
          key={index}
          x={padding}
          y={padding + title.length * titleHeight + baseline.line + index * lineHeight}
          class={index === lines.length ? 'picture-place' : 'picture-text'}
        >
          {text}
        </text>
      ))}
    </g>
  )
  return node.href === undefined ? box : <a href={node.href}>{box}</a>
}
