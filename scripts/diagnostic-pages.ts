// docs/diagnostics/: a page for each diagnostic code and their index, as text. The head of a page is made from the code; what is
// below it is written by hand and kept. Writes nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CodeFacts, diagnosticCodes } from '../src/diagnostics/codes.ts'

const root = join(import.meta.dirname, '..')
const folder = 'diagnostics'

/** Name below `docs/` → text: those that are there brought into step, those that are missing with an empty body. */
export function renderDiagnosticPages(): ReadonlyMap<string, string> {
  const finders = findersByCode()
  const pages = Object.entries(diagnosticCodes).map(([code, facts]) => {
    const name = `${folder}/${code}.md`
    return [name, `${renderHead(code, facts, finders)}${bodyOf(name)}`] as const
  })
  return new Map([...pages, [`${folder}/README.md`, renderIndex()]])
}

/** Pages below `docs/` whose code does not exist. */
export function strayDiagnosticPages(): string[] {
  const names = readdirSync(join(root, 'docs', folder)).map(name => `${folder}/${name}`)
  return names.filter(name => name !== `${folder}/README.md` && !Object.hasOwn(diagnosticCodes, codeOf(name)))
}

const generated = '<!-- Made by `npm run docs` from src/diagnostics/codes.ts. -->'
const endOfHead = '<!-- Written by hand from here on. -->'

/** `error, warning, or note`. */
const anyOf = new Intl.ListFormat('en', { type: 'disjunction' })

function renderHead(code: string, { severities, meaning }: CodeFacts, finders: Finders): string {
  return `# ${code}

${generated}

${meaning}

- Severity: ${anyOf.format(severities)}
- Found by: ${finders(code)}

${endOfHead}
`
}

function bodyOf(name: string): string {
  const text = readIfThere(join(root, 'docs', name))
  const end = text.indexOf(endOfHead)
  return end === -1
    ? '\n## Example\n\n```yaml\n```\n\n## Fix\n\n```yaml\n```\n'
    : text.slice(end + endOfHead.length + 1)
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function renderIndex(): string {
  const rows = Object.entries(diagnosticCodes).map(
    ([code, { severities, meaning }]) =>
      `| [${code}](${code}.md) | ${severities.join(', ')} | ${escapeMarkdown(meaning)} |`,
  )
  return `# Diagnostics

${generated}

What \`portico check\` and \`portico run\` say about manifests. A finding is one line, \`file:line:col severity code message\`; \`portico check --explain-code CODE\` shows the page of a code. Codes are never renamed, so that scripts can filter by them.

- **error**: something is not served as written, or a cluster would refuse to route it
- **warning**: it is served, but a cluster would refuse it or it is likely a mistake
- **note**: worth knowing

Examples leave out what they are not about: where one shows no Service, there are Services \`web\` and \`api\` with a port 80 named \`http\` and an endpoint each. \`<…>\` stands for a certificate, a key or the like. Tests run every example, and every fix.

| Code | Severity | Meaning |
| --- | --- | --- |
${rows.join('\n')}
`
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\|<>*_~[\]]/g, '\\$&')
}

function codeOf(name: string): string {
  return name.slice(folder.length + 1, -'.md'.length)
}

/** Who finds what has a code, in words. */
type Finders = (code: string) => string

/** Folder of the source → who finds there what has a code. Elsewhere codes are only looked at. */
const stages: ReadonlyMap<string, string> = new Map([
  ['sources', '`check` and `run`, when they read files'],
  ['resources', '`check` and `run`, when they read objects'],
  ['diagnostics', '`check` and `run`, when they read objects'],
  ['compile', '`check` and `run`, when they make the routing table'],
  ['compat', '`check` with `--compat ingress-nginx`'],
])

/** Looks which sources name a code. */
function findersByCode(): Finders {
  const texts = [...stages].map(([name, stage]) => ({ stage, text: sourceOf(join(root, 'src', name)) }))
  return code => {
    const found = texts.filter(({ text }) => text.includes(`'${code}'`)).map(({ stage }) => stage)
    if (found.length === 0) throw new Error(`nothing in ${[...stages.keys()].join(', ')} finds ${code}`)
    return [...new Set(found)].join('; ')
  }
}

/** All source of a folder but for its tests and for the list of codes. */
function sourceOf(directory: string): string {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const sources = files.filter(
    file => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'codes.ts',
  )
  return sources.map(file => readFileSync(join(directory, file), 'utf8')).join('\n')
}
