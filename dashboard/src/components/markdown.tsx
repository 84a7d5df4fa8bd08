// Portico's own pages about diagnostic codes, from Markdown: headings, paragraphs, lists, code and links. Text stays text; nothing
// in it becomes HTML.
import type { ComponentChildren } from 'preact'
import { readBlocks } from '../words/markdown-blocks.ts'

/** `linkTo` gives the address for a link of the page, or `undefined` where it leads nowhere here. */
export function Markdown({
  text,
  linkTo,
}: {
  readonly text: string
  linkTo(target: string): string | undefined
}) {
  const inline = (words: string) => inlineOf(words, linkTo)
  return (
    <div class="prose">
      {readBlocks(text).map((block, index) => {
        const key = `${index}`
        if (block.kind === 'heading') return <h2 key={key}>{inline(block.text)}</h2>
        if (block.kind === 'code')
          return (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
            <pre key={key} tabIndex={0}>
              <code>{block.text}</code>
            </pre>
          )
        if (block.kind === 'text') return <p key={key}>{inline(block.text)}</p>
        return (
          <ul key={key}>
            {block.items.map(item => (
              <li key={item}>{inline(item)}</li>
            ))}
          </ul>
        )
      })}
    </div>
  )
}

/** One line of such text; its links lead nowhere. */
export function Words({ text }: { readonly text: string }) {
  return <>{inlineOf(text, () => undefined)}</>
}

const marks = /`([^`]+)`|\*\*([^*]+)\*\*|(?<!\w)_([^_]+)_(?!\w)|\[([^\]]+)\]\(([^)]+)\)/g

function inlineOf(words: string, linkTo: (target: string) => string | undefined): ComponentChildren[] {
  const parts: ComponentChildren[] = []
  let end = 0
  for (const found of words.matchAll(marks)) {
    const [whole, code, strong, emphasis, label, target] = found
    parts.push(words.slice(end, found.index))
    end = found.index + whole.length
    if (code !== undefined) parts.push(<code>{code}</code>)
    else if (strong !== undefined) parts.push(<strong>{inlineOf(strong, linkTo)}</strong>)
    else if (emphasis !== undefined) parts.push(<em>{emphasis}</em>)
    else parts.push(linkOf(inlineOf(label!, linkTo), linkTo(target!)))
  }
  return [...parts, words.slice(end)]
}

function linkOf(label: ComponentChildren[], href: string | undefined): ComponentChildren {
  return href === undefined ? label : <a href={href}>{label}</a>
}
