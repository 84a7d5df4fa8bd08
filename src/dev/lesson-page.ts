// A lesson as the client reads it: text for curl, JSON for programs, HTML for browsers. HTML loads nothing, allows nothing
// but its own style and script by their hashes, and holds every value as escaped text.
import { type ErrorPage, escapeHtml, headline, pageFormOf } from '../proxy/error-page.ts'
import type { Lesson } from './lesson.ts'
import { contentSecurityPolicy, script, style } from './page-assets.ts'

/** Renders in the form that the Accept field asks for. */
export function renderLesson(lesson: Lesson, accept: string | undefined): ErrorPage {
  const form = pageFormOf(accept)
  if (form === 'json') return renderJson(lesson)
  return form === 'html' ? renderHtml(lesson) : renderText(lesson)
}

/** The rows of text and HTML: what, and about it. */
function rowsOf(lesson: Lesson): (readonly [name: string, value: string])[] {
  const { rule } = lesson
  const rows: [string, string][] = [['Asked', lesson.asked]]
  if (rule !== undefined)
    rows.push(['Rule', `${rule.route}, Ingress ${rule.ingress}`], ['Written at', rule.at])
  if (lesson.service !== '') rows.push(['Service', lesson.service])
  if (lesson.variant !== '') rows.push(['Variant', lesson.variant])
  for (const { endpoint, failure, durationMs } of lesson.attempts)
    rows.push(['Tried', `${endpoint}: ${failure} (${durationMs} ms)`])
  if (lesson.policies.length > 0) rows.push(['In force', lesson.policies.join(', ')])
  for (const { route, service, at, why } of lesson.nearest) {
    const goesTo = service === '' ? '' : ` → ${service}`
    rows.push(['Nearest', `${route}${goesTo} (${at}): ${why}`])
  }
  return rows
}

function renderText(lesson: Lesson): ErrorPage {
  const rows = rowsOf(lesson).map(([name, value]) => `  ${name.padEnd(11)}${value}\n`)
  const hints = lesson.hints.map(hint => `${hint}\n`)
  const more = lesson.explain === '' ? '' : `\n  ${lesson.explain}\n`
  const body = `${headline(lesson)}\n${lesson.reason}.\n${lesson.who}.\n\n${rows.join('')}${hints.length === 0 ? '' : '\n'}${hints.join('')}${more}`
  return { contentType: 'text/plain; charset=utf-8', body }
}

function renderJson(lesson: Lesson): ErrorPage {
  const { status, reason, requestId, refreshes: _, ...rest } = lesson
  const content = { status, title: headline(lesson), detail: `${reason}.`, requestId, ...rest }
  return { contentType: 'application/json', body: `${JSON.stringify(content)}\n` }
}

function renderHtml(lesson: Lesson): ErrorPage {
  const title = escapeHtml(headline(lesson))
  const rows = rowsOf(lesson).map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>\n`,
  )
  const hints = lesson.hints.map(hint => `<p class="hint">${escapeHtml(hint)}</p>\n`)
  const more =
    lesson.explain === '' ? '' : `<p>The whole story:</p>\n<pre>${escapeHtml(lesson.explain)}</pre>\n`
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${style}</style></head>
<body><main>
<h1>${title}</h1>
<p>${escapeHtml(lesson.reason)}.</p>
<p>${escapeHtml(lesson.who)}.</p>
${hints.join('')}<table>
${rows.join('')}</table>
${more}${lesson.refreshes ? refresh : ''}<p><small>portico &middot; request ${escapeHtml(lesson.requestId)} &middot; shown because --dev is on</small></p>
</main></body>
</html>
`
  return {
    contentType: 'text/html; charset=utf-8',
    body,
    lines: `Content-Security-Policy: ${contentSecurityPolicy}\r\nX-Content-Type-Options: nosniff\r\n`,
  }
}

const refresh = `<p id="refresh" role="status"><span></span> <button type="button">Stop</button></p>
<script>${script}</script>
`
