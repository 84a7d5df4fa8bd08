// Bodies of the responses Portico makes itself: plain text for curl, HTML for browsers, JSON for whoever asks for it.
import { reasonPhrase } from '../http/reason-phrases.ts'

/** A rendered body. */
export interface ErrorPage {
  readonly contentType: string
  readonly body: string
  /** Field lines that belong to it. */
  readonly lines?: string
}

/** What there is to say. */
export interface ErrorDetails {
  readonly status: number
  /** One sentence without a full stop. */
  readonly reason: string
  readonly requestId: string
}

/** The form that an Accept field asks for; plain text when it asks for none in particular. */
export function pageFormOf(accept: string | undefined): 'text' | 'json' | 'html' {
  if (accept === undefined) return 'text'
  if (/\bapplication\/(?:[a-z.]+\+)?json\b/i.test(accept)) return 'json'
  return /\btext\/html\b/i.test(accept) ? 'html' : 'text'
}

/** Renders in the form that the Accept field asks for. */
export function renderErrorPage(details: ErrorDetails, accept: string | undefined): ErrorPage {
  const form = pageFormOf(accept)
  if (form === 'json') return renderJson(details)
  if (form === 'html') return renderHtml(details)
  return { contentType: 'text/plain; charset=utf-8', body: `${headline(details)}\n${details.reason}.\n` }
}

/** The first line everybody greps for; the 404 is the one of the stock default backend. */
export function headline({ status }: ErrorDetails): string {
  if (status === 404) return 'default backend - 404'
  // nginx's own title, which differs from the phrase in its status line.
  return status === 401 ? '401 Authorization Required' : `${status} ${reasonPhrase(status)}`
}

function renderJson({ status, reason, requestId }: ErrorDetails): ErrorPage {
  const content = { status, title: reasonPhrase(status), detail: `${reason}.`, requestId }
  return { contentType: 'application/json', body: `${JSON.stringify(content)}\n` }
}

function renderHtml(details: ErrorDetails): ErrorPage {
  const title = escapeHtml(headline(details))
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:36rem;padding:0 1rem}small{opacity:.6}</style></head>
<body><h1>${title}</h1><p>${escapeHtml(details.reason)}.</p><p><small>portico &middot; request ${escapeHtml(details.requestId)}</small></p></body>
</html>
`
  return { contentType: 'text/html; charset=utf-8', body }
}

/** Text as it may stand in HTML, attributes in quotes included. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
