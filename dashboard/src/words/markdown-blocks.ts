// The blocks of a Markdown page, as far as Portico's own pages have any.

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }

/** Blocks in order; comments are left out, lines of a paragraph or an item are joined. */
export function readBlocks(markdown: string): Block[] {
  const text = markdown.replace(/<!--[\s\S]*?-->/g, '')
  return text.split(/^```/m).flatMap((part, index) => (index % 2 === 1 ? codeIn(part) : blocksIn(part)))
}

/** Without the language, which is the rest of the first line. */
function codeIn(part: string): Block[] {
  return [{ kind: 'code', text: part.slice(part.indexOf('\n') + 1).trimEnd() }]
}

function blocksIn(part: string): Block[] {
  const paragraphs = part.split(/\n\s*\n/).map(paragraph => paragraph.trim())
  return paragraphs.filter(paragraph => paragraph !== '').map(blockOf)
}

function blockOf(paragraph: string): Block {
  if (paragraph.startsWith('#')) return { kind: 'heading', text: paragraph.replace(/^#+\s*/, '') }
  if (!paragraph.startsWith('- ')) return { kind: 'text', text: joined(paragraph) }
  return { kind: 'list', items: paragraph.slice(2).split(/\n- /).map(joined) }
}

function joined(lines: string): string {
  return lines.replace(/\s*\n\s*/g, ' ')
}
