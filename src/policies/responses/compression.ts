// Hot path: offeredCodings runs for every response of a route with compression.
// Which responses are compressed, and how hard. The ConfigMap decides for all Ingresses, as in ingress-nginx; compressing
// itself is done in proxy/compress-body.ts.

import { definePolicy, type Setting, type SettingsOf } from '../define-policy.ts'
import { booleanSetting, integerSetting, nginxSetting, quote } from '../setting-types.ts'
import { compileLinearRegex, type LinearRegex } from '../values/linear-regex.ts'
import type { ContentCoding } from './content-coding.ts'

/** Media types without parameters, lower case. `text/html` is always among them; `*` alone: all types. */
export type MediaTypes = ReadonlySet<string>

const usualTypes: MediaTypes = readTypes(
  'text/html application/atom+xml application/javascript application/x-javascript application/json application/rss+xml application/vnd.ms-fontobject application/x-font-ttf application/x-web-app-manifest+json application/xhtml+xml application/xml font/opentype image/svg+xml image/x-icon text/css text/javascript text/plain text/x-component',
)

const ownKey = 'A key of Portico; ingress-nginx has no zstd.'

/** ingress-nginx's compression keys, and the same for zstd. */
export const compression = definePolicy('compression', {
  doc: 'Compresses responses for clients that accept it. What a backend sends piece by piece reaches the client piece by piece.',
  settings: {
    gzip: booleanSetting('use-gzip', {
      scope: 'config-map',
      default: false,
      doc: 'Compresses responses of backends with gzip: those with status 200, 403 or 404 and a type of gzip-types that are not encoded yet. ETags become weak, `Vary: Accept-Encoding` is added.',
      differs:
        "The client's preferences (q values) decide between the codings. Responses with `Cache-Control: no-transform` or a digest, and pages that Portico makes itself, stay as they are; so do those for which 512 MiB of encoders leave nothing.",
    }),
    gzipLevel: levelSetting('gzip-level', 1, 1, 9, 'How hard gzip tries.'),
    gzipMinLength: lengthSetting('gzip-min-length', 256),
    gzipTypes: typesSetting('gzip-types', 'gzip'),
    gzipDisable: regexSetting('gzip-disable', {
      doc: 'No gzip for clients whose User-Agent this regex is found in, whatever the case of its letters.',
      differs: 'A linear-time engine: without look-around and backreferences.',
    }),
    brotli: booleanSetting('enable-brotli', {
      scope: 'config-map',
      default: false,
      doc: 'Compresses with Brotli as use-gzip does with gzip. Of codings that a client likes alike zstd comes first, then Brotli.',
    }),
    brotliLevel: levelSetting('brotli-level', 4, 0, 11, 'How hard Brotli tries.'),
    brotliMinLength: lengthSetting('brotli-min-length', 20),
    brotliTypes: typesSetting('brotli-types', 'Brotli'),
    zstd: booleanSetting('enable-zstd', {
      scope: 'config-map',
      default: false,
      doc: 'Compresses with zstd as use-gzip does with gzip.',
      differs: ownKey,
    }),
    zstdLevel: levelSetting('zstd-level', 3, 1, 19, 'How hard zstd tries.', ownKey),
    zstdMinLength: lengthSetting('zstd-min-length', 256, ownKey),
    zstdTypes: typesSetting('zstd-types', 'zstd', ownKey),
  },
  needs: {
    gzipLevel: ['gzip'],
    gzipMinLength: ['gzip'],
    gzipTypes: ['gzip'],
    gzipDisable: ['gzip'],
    brotliLevel: ['brotli'],
    brotliMinLength: ['brotli'],
    brotliTypes: ['brotli'],
    zstdLevel: ['zstd'],
    zstdMinLength: ['zstd'],
    zstdTypes: ['zstd'],
  },
  isActive: settings => settings.gzip || settings.brotli || settings.zstd,
  inWords: ({ gzip, brotli, zstd }) => {
    const codings = [zstd ? 'zstd' : [], brotli ? 'Brotli' : [], gzip ? 'gzip' : []].flat()
    return `compresses with ${codings.join(', ')} where the client takes it and the type is one of the list`
  },
  filtersResponses: true,
})

/** What is in force of it. */
export type Compression = SettingsOf<typeof compression.settings>

/** What decides whether a response is compressed. */
export interface CompressibleResponse {
  readonly status: number
  /** Bytes of the body, `undefined` when that is not known yet. */
  readonly length: number | undefined
  /** All values of a field of the response as one list; `name` in lower case. */
  field(name: string): string | undefined
}

/** Bodies about whose exact bytes something is said elsewhere in the message. */
const digestFields = ['content-digest', 'repr-digest', 'digest', 'content-md5']

/** The codings that a response may be sent in, the best first; empty when it has to stay as it is. */
export function offeredCodings(
  settings: Compression,
  response: CompressibleResponse,
  userAgent: string | undefined,
): readonly ContentCoding[] {
  const { status } = response
  if (status !== 200 && status !== 403 && status !== 404) return []
  if (response.field('content-encoding') !== undefined) return []
  const type = mediaTypeOf(response.field('content-type'))
  if (type === '' || /\bno-transform\b/i.test(response.field('cache-control') ?? '')) return []
  if (digestFields.some(name => response.field(name) !== undefined)) return []
  const { length = Infinity } = response
  const offered: ContentCoding[] = []
  if (settings.zstd && length >= settings.zstdMinLength && hasType(settings.zstdTypes, type))
    offered.push('zstd')
  if (settings.brotli && length >= settings.brotliMinLength && hasType(settings.brotliTypes, type))
    offered.push('br')
  if (settings.gzip && length >= settings.gzipMinLength && hasType(settings.gzipTypes, type)) {
    if (!isGzipDisabled(settings, userAgent)) offered.push('gzip')
  }
  return offered
}

function isGzipDisabled(settings: Compression, userAgent = ''): boolean {
  const pattern = settings.gzipDisable
  if (pattern === undefined) return false
  let regex = compiledPatterns.get(settings)
  if (regex === undefined) {
    const compiled = compileLinearRegex(pattern, { ignoreCase: true })
    // It was compiled when it was read.
    if ('problem' in compiled) return true
    regex = compiled.regex
    compiledPatterns.set(settings, regex)
  }
  return regex.test(userAgent)
}

/** Settings are plain data, so the compiled pattern lies beside them. */
const compiledPatterns = new WeakMap<Compression, LinearRegex>()

function hasType(types: MediaTypes, type: string): boolean {
  return types.has(type) || types.has('*')
}

function mediaTypeOf(contentType = ''): string {
  const semicolon = contentType.indexOf(';')
  return (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase()
}

function readTypes(text: string): MediaTypes {
  return new Set(text.toLowerCase().split(/\s+/))
}

function levelSetting(
  name: string,
  byDefault: number,
  min: number,
  max: number,
  doc: string,
  differs?: string,
): Setting<number> {
  return integerSetting(name, { scope: 'config-map', default: byDefault, min, max, doc, differs })
}

function lengthSetting(name: string, byDefault: number, differs?: string): Setting<number> {
  return integerSetting(name, {
    scope: 'config-map',
    default: byDefault,
    min: 0,
    max: 2 ** 31,
    doc: 'Bodies that are known to be shorter, in bytes, are not compressed.',
    differs,
  })
}

function typesSetting(name: string, coding: string, differs?: string): Setting<MediaTypes> {
  const text = {
    scope: 'config-map',
    default: usualTypes,
    doc: `Media types that are compressed with ${coding}, separated by blanks; \`*\` for all. text/html always is.`,
    differs,
  } as const
  return nginxSetting<MediaTypes>(name, 'list of media types', text, written => {
    const types = readTypes(`text/html ${written}`)
    const wrong = [...types].find(type => !/^(?:\*|[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+)$/.test(type))
    return wrong === undefined ? { value: types } : { problem: `${quote(wrong)} is no media type` }
  })
}

function regexSetting(
  name: string,
  text: { readonly doc: string; readonly differs: string },
): Setting<string | undefined> {
  const whole = { ...text, scope: 'config-map', default: undefined } as const
  return nginxSetting<string | undefined>(name, 'regex', whole, written => {
    const compiled = compileLinearRegex(written, { ignoreCase: true })
    return 'problem' in compiled ? { problem: `${quote(written)} ${compiled.problem}` } : { value: written }
  })
}
