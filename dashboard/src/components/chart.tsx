// A live chart over time. The canvas is uPlot's; its legend is text, so that values can be read, and read aloud.
import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colour, colourGeneration } from '../theme.ts'

/** One line of a chart. */
export interface Line {
  readonly label: string
  /** Name of a colour of `base.css`. */
  readonly colour: string
  readonly isFilled?: boolean
  readonly values: readonly (number | null)[]
}

export interface ChartProps {
  readonly title: string
  /** Milliseconds since the epoch, ascending, as many as each line has values. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  /** In words: `38 ms`. */
  format(value: number | undefined): string
  /** How many seconds are shown at most. */
  readonly seconds: number
}

/** Pixels. */
const height = 168
/** The time axis of a Portico that has just begun: a few points do not fill the whole width. */
const leastSeconds = 60
/** Where an axis ends for words: those of a time at its very end would be cut. */
const lastLabel = 0.95

/** Draws `lines`; with the pointer over it the legend shows the values there, else the latest. */
export function Chart(props: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | undefined>(undefined)
  const latest = useRef(props)
  latest.current = props
  const [pointed, setPointed] = useState<number | undefined>(undefined)
  const colours = colourGeneration.value

  useEffect(() => {
    const element = host.current!
    const made = new uPlot(
      optionsFor(latest, setPointed, element.clientWidth),
      dataOf(latest.current),
      element,
    )
    chart.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [colours, props.lines.length])
  useEffect(() => chart.current?.setData(dataOf(props)), [props.times, props.lines])

  const at = pointed ?? props.times.length - 1
  return (
    <figure class="chart">
      <figcaption>
        <span class="title">{props.title}</span>
        <span class="legend">
          {props.lines.map(line => (
            <span key={line.label}>
              <i class={`swatch is-${line.colour}`} />
              {line.label} <b>{props.format(line.values[at] ?? undefined)}</b>
            </span>
          ))}
        </span>
      </figcaption>
      <div class="canvas" ref={host} aria-hidden="true" />
    </figure>
  )
}

function dataOf({ times, lines }: ChartProps): uPlot.AlignedData {
  return [times.map(time => time / 1_000), ...lines.map(line => [...line.values])] as uPlot.AlignedData
}

function optionsFor(
  props: { readonly current: ChartProps },
  onPoint: (index: number | undefined) => void,
  width: number,
): uPlot.Options {
  const font = `11px ${getComputedStyle(document.body).fontFamily}`
  const axis = { stroke: colour('faint'), font, ticks: { show: false }, border: { show: false } }
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: {
      x: {
        range: (_, min, max) => [
          max - Math.min(Math.max(max - min, leastSeconds), props.current.seconds),
          max,
        ],
      },
      y: { range: (_, _min, max) => [0, max > 0 ? max * 1.15 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 72,
        size: 24,
        values: ({ scales }, splits) =>
          splits.map(split => (isNearEnd(split, scales.x) ? '' : clockTime(split))),
      },
      {
        ...axis,
        grid: { stroke: colour('line'), width: 1 },
        space: 36,
        size: 56,
        values: (_, splits) => splits.map(value => props.current.format(value)),
      },
    ],
    series: [
      {},
      ...props.current.lines.map(line => ({
        stroke: colour(line.colour),
        width: 1.5,
        points: { show: false },
        // Seconds without a request have no latency; the line goes on to the next that has.
        spanGaps: true,
        ...(line.isFilled ? { fill: `color-mix(in srgb, ${colour(line.colour)} 12%, transparent)` } : {}),
      })),
    ],
    hooks: { setCursor: [plot => onPoint(plot.cursor.idx ?? undefined)] },
  }
}

function isNearEnd(split: number, scale: uPlot.Scale | undefined): boolean {
  const { min = 0, max = 0 } = scale ?? {}
  return split > min + lastLabel * (max - min)
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
}
