// Style and script of the HTML page. Fixed texts, so that the page's policy can name them by their hashes.
import { createHash } from 'node:crypto'

export const style = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:8vh auto;max-width:52rem;padding:0 1rem}
h1{font-size:1.6rem;margin-bottom:.5rem}
table{border-collapse:collapse;margin:1.5rem 0;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);overflow-wrap:anywhere}
th{font-weight:400;opacity:.7;white-space:nowrap;width:1%}
td,pre{font-family:ui-monospace,monospace;font-size:.9rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:.8rem;border-radius:.4rem;background:color-mix(in srgb,currentColor 8%,transparent)}
.hint{font-weight:600}
button{font:inherit}
small{opacity:.6}
`

/** Asks for the same URL, ever more seldom, and loads it again once the answer is no failure of Portico's any more. */
export const script = `
const [words, button] = document.getElementById('refresh').children
let delay = 1000, timer
function wait() {
  words.textContent = 'Looks again every ' + Math.round(delay / 1000) + ' s whether the backend is back.'
  timer = setTimeout(look, delay)
}
async function look() {
  const asked = timer
  try {
    const answer = await fetch(location.href, { method: 'HEAD', cache: 'no-store', redirect: 'manual' })
    if (timer === asked && !(answer.headers.get('proxy-status') || '').startsWith('portico;')) return location.reload()
  } catch {}
  if (timer !== asked) return
  delay = Math.min(delay * 1.5, 10000)
  wait()
}
button.onclick = () => {
  clearTimeout(timer)
  timer = undefined
  button.remove()
  words.textContent = 'Stopped looking; reload the page to try again.'
}
wait()
`

/** Nothing but these two texts, and asking for the page itself. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src '${hashOf(style)}'`,
  `script-src '${hashOf(script)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
