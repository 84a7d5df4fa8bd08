// Hot path while there is an access log.
// Which requests are in it, and what its lines look like where ingress-nginx's ConfigMap says so. Where it goes is the command
// line's business.
import { definePolicy, type SettingsOf } from '../define-policy.ts'
import { booleanSetting, nginxSetting, quote } from '../setting-types.ts'
import { compileLinearRegex, type LinearRegex } from '../values/linear-regex.ts'
import { type LogEscaping, type LogFormat, parseLogFormat } from './log-format.ts'

/** A URL that is not logged. Plain data. */
export interface SkippedUrl {
  /** Of a plain URL in lower case: nginx compares those ignoring case. */
  readonly text: string
  readonly kind: 'plain' | 'regex' | 'regex-ignoring-case'
}

const noUrls: readonly SkippedUrl[] = Object.freeze([])

/** ingress-nginx: `enable-access-log`, and the ConfigMap's keys about it. */
export const accessLog = definePolicy('accessLog', {
  doc: 'Which requests are in the access log, if there is one (`--access-log`).',
  settings: {
    enabled: booleanSetting('enable-access-log', {
      default: true,
      doc: 'Whether requests to these paths are in the access log.',
    }),
    disabled: booleanSetting('disable-access-log', {
      scope: 'config-map',
      default: false,
      doc: 'Leaves all requests out of the access log, whatever their Ingress says.',
    }),
    httpDisabled: booleanSetting('disable-http-access-log', {
      scope: 'config-map',
      default: false,
      doc: 'The same as disable-access-log: there is no other traffic here than HTTP.',
    }),
    skippedUrls: nginxSetting<readonly SkippedUrl[]>(
      'skip-access-log-urls',
      'list of URLs',
      {
        scope: 'config-map',
        default: noUrls,
        doc: 'Requests for these are not in the access log. Compared with path and query as received, ignoring case; "~" before an item makes it a regex, "~*" one that ignores case.',
        consequence: 'all requests are logged',
      },
      parseUrls,
    ),
    ofUnclaimed: booleanSetting('enable-access-log-for-default-backend', {
      scope: 'config-map',
      default: true,
      doc: 'Whether requests that no rule takes are in the access log.',
      differs: 'They are unless this is "false"; ingress-nginx leaves them out unless it is "true".',
    }),
    format: nginxSetting<LogFormat | undefined>(
      'log-format-upstream',
      'text with variables',
      {
        scope: 'config-map',
        default: undefined,
        doc: 'The lines of `--access-log nginx`: text with the variables of nginx and ingress-nginx that docs/access-log.md lists. The default is what ingress-nginx writes by default.',
        differs:
          'Has an effect with `--access-log nginx` only. Secrets in URLs and fields are left out unless `--access-log-redact off` is given.',
        consequence: 'lines are those that ingress-nginx writes by default',
      },
      parseLogFormat,
    ),
    escapesJson: booleanSetting('log-format-escape-json', {
      scope: 'config-map',
      default: false,
      doc: 'Whether values in lines of `--access-log nginx` are escaped as in JSON texts.',
    }),
    escapesNothing: booleanSetting('log-format-escape-none', {
      scope: 'config-map',
      default: false,
      doc: 'Whether values in lines of `--access-log nginx` are written as they are; wins over log-format-escape-json.',
      differs: 'Control characters are escaped all the same: no request can begin a new line.',
    }),
  },
  check(settings, written, report) {
    // Ingresses have what the ConfigMap says, too, and nothing is to be said of it again.
    const valueless = written.has('format') ? (settings.format?.valueless ?? []) : []
    for (const problem of valueless) report('format', problem, 'warning')
    return settings
  },
})

/** What the settings say of lines; `undefined`: what ingress-nginx writes by default. */
export function writtenFormat(
  settings: SettingsOf<typeof accessLog.settings>,
): { readonly format: LogFormat | undefined; readonly escaping: LogEscaping } | undefined {
  const { format, escapesJson, escapesNothing } = settings
  if (format === undefined && !escapesJson && !escapesNothing) return undefined
  return { format, escaping: escapesNothing ? 'none' : escapesJson ? 'json' : 'default' }
}

/** Whether a request is in the access log. `isClaimed`: a rule took it. */
export function isLogged(
  settings: SettingsOf<typeof accessLog.settings>,
  target: string,
  isClaimed: boolean,
): boolean {
  if (settings === accessLog.defaults) return true
  if (!settings.enabled || settings.disabled || settings.httpDisabled) return false
  if (!isClaimed && !settings.ofUnclaimed) return false
  return !settings.skippedUrls.some(url => isSkipped(url, target))
}

function isSkipped(url: SkippedUrl, target: string): boolean {
  return url.kind === 'plain' ? url.text === target.toLowerCase() : regexOf(url).test(target)
}

/** Settings are plain data that crosses threads, so each thread compiles a regex once, at its first use. */
const compiledRegexes = new WeakMap<SkippedUrl, LinearRegex>()

function regexOf(url: SkippedUrl): LinearRegex {
  let regex = compiledRegexes.get(url)
  if (regex === undefined) {
    const compiled = compileUrl(url)
    if ('problem' in compiled) throw new Error(`a URL to skip was not checked before: ${url.text}`)
    regex = compiled.regex
    compiledRegexes.set(url, regex)
  }
  return regex
}

function compileUrl({ text, kind }: SkippedUrl) {
  return compileLinearRegex(text, { ignoreCase: kind === 'regex-ignoring-case' })
}

function parseUrls(
  written: string,
): { readonly value: readonly SkippedUrl[] } | { readonly problem: string } {
  const urls = written
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '')
    .map(readUrl)
  for (const url of urls) {
    const compiled = url.kind === 'plain' ? {} : compileUrl(url)
    if ('problem' in compiled) return { problem: `${quote(url.text)} ${compiled.problem}` }
  }
  return { value: urls }
}

function readUrl(item: string): SkippedUrl {
  if (item.startsWith('~*')) return { text: item.slice(2), kind: 'regex-ignoring-case' }
  if (item.startsWith('~')) return { text: item.slice(1), kind: 'regex' }
  return { text: item.toLowerCase(), kind: 'plain' }
}
