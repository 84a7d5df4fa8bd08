// The local server that `portico init --from` is told of.
import { isIPv6 } from 'node:net'
import { InvalidArgumentError } from 'commander'

/** Where a server listens, and how it is spoken to. */
export interface Origin {
  /** As the annotation `portico/endpoints` has it: `localhost:5173`, `[::1]:5173`. */
  readonly endpoint: string
  readonly isHttps: boolean
}

/**
 * A port, `host:port`, or the URL that a dev server prints. A port alone is one of `localhost`, which dev servers listen on as
 * 127.0.0.1 or as ::1. Throws commander's error for anything else.
 */
export function readOrigin(text: string): Origin {
  const match =
    /^(?:(https?):\/\/)?(?:(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?::(\d{1,5}))?|:?(\d{1,5}))\/?$/.exec(
      text,
    )
  if (match === null) throw badOrigin()
  const [, scheme, given = '', port, portAlone] = match
  const isNumber = scheme === undefined && port === undefined && /^\d{1,5}$/.test(given)
  const host = isNumber ? 'localhost' : given || 'localhost'
  const usual = scheme === undefined ? undefined : scheme === 'https' ? '443' : '80'
  const number = Number(isNumber ? given : (port ?? portAlone ?? usual))
  if (!(number >= 1 && number <= 65_535)) throw badOrigin()
  if (host.startsWith('[') && !isIPv6(host.slice(1, -1))) throw badOrigin()
  return { endpoint: `${host}:${number}`, isHttps: scheme === 'https' }
}

function badOrigin(): InvalidArgumentError {
  return new InvalidArgumentError(
    'Give a port, HOST:PORT or a URL without a path: 5173, 127.0.0.1:5173, http://localhost:5173.',
  )
}
