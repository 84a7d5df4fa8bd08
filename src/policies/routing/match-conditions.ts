// Hot path on hosts that have such rules.
// Conditions under which the rules of an Ingress take a request, besides host and path: its method, header fields and query.
// Which of several rules is taken is not decided here.
import { unescape as decodePercents } from 'node:querystring'
import { definePolicy, type Setting } from '../define-policy.ts'
import type { RequestFacts } from '../request-facts.ts'
import { porticoSetting, quote } from '../setting-types.ts'
import { compileLinearRegex, type LinearRegex } from '../values/linear-regex.ts'

/** What one header field or query parameter has to be. Plain data. */
export interface Condition {
  /** Of a header in lower case. */
  readonly name: string
  readonly kind: 'present' | 'absent' | 'equal' | 'regex'
  /** The value, or the text of the regex; empty for the other kinds. */
  readonly value: string
}

const noConditions: readonly Condition[] = Object.freeze([])
const itemSyntax =
  'Items are separated by commas and all of them must hold: "name=value" (exactly), "name=~regex" (found anywhere in the value), "name" (present), "!name" (absent). A value with commas or spaces around it stands in double quotes, with \\" and \\\\ inside.'
const takesNothing = 'the rules of this Ingress take no requests'

/** The conditions of a rule; all of them must hold, and empty lists ask for nothing. */
export interface MatchConditions {
  readonly methods: readonly string[]
  readonly headers: readonly Condition[]
  readonly query: readonly Condition[]
}

/** `portico/match-methods`, `portico/match-headers` and `portico/match-query`. */
export const matchConditions = definePolicy('matchConditions', {
  doc: 'Makes all rules of an Ingress conditional: several Ingresses can have the same host and path, and the request decides. As in the Gateway API the more specific path is tried first, whoever has it; among rules for one path those with a method condition come first, then those with more header conditions, then more query conditions, then the older Ingress, and a rule without conditions last. A request that fits none of them goes to the next less specific path.',
  onCanaries: true,
  settings: {
    methods: porticoSetting<readonly string[]>(
      'match-methods',
      'list of methods',
      {
        default: [],
        doc: 'Takes only requests with one of these methods: "GET, HEAD". Upper case counts; GET does not include HEAD, nor the OPTIONS of a CORS preflight.',
        consequence: takesNothing,
      },
      parseMethods,
    ),
    headers: conditionsSetting(
      'match-headers',
      'header',
      `Takes only requests whose header fields are so. ${itemSyntax} Of a field sent twice the first counts.`,
    ),
    query: conditionsSetting(
      'match-query',
      'parameter',
      `Takes only requests whose query parameters are so. ${itemSyntax} Names and values are compared decoded; of a parameter sent twice the first counts.`,
    ),
  },
  check(settings, written): MatchConditions {
    const isUnread = ([...written.keys()] as (keyof typeof settings)[]).some(
      name => settings[name].length === 0,
    )
    return isUnread ? takingNothing : settings
  },
})

/** Conditions that could not be read must not let in what they would have kept out: no method is called that. */
const takingNothing: MatchConditions = { methods: ['(none)'], headers: noConditions, query: noConditions }

/** Whether a rule has conditions at all. */
export function isConditional(conditions: MatchConditions): boolean {
  return conditions.methods.length > 0 || conditions.headers.length > 0 || conditions.query.length > 0
}

/** Equal for equal conditions, in whatever order they were written; empty for none. */
export function conditionsKey(conditions: MatchConditions): string {
  if (!isConditional(conditions)) return ''
  const { methods, headers, query } = conditions
  const lists = [methods.toSorted(), headers.map(conditionText).sort(), query.map(conditionText).sort()]
  return JSON.stringify(lists)
}

/** Which of two rules for one path is asked first (Gateway API, HTTPRouteRule): negative for `a`, 0 leaves it to age. */
export function compareSpecificity(a: MatchConditions, b: MatchConditions): number {
  const byMethod = Math.sign(b.methods.length) - Math.sign(a.methods.length)
  return byMethod || b.headers.length - a.headers.length || b.query.length - a.query.length
}

/** For people: `GET|HEAD, header x-tenant=blue, query debug`; empty for none. */
export function describeConditions({ methods, headers, query }: MatchConditions): string {
  const texts = methods.length === 0 ? [] : [methods.join('|')]
  for (const condition of headers) texts.push(`header ${conditionText(condition)}`)
  for (const condition of query) texts.push(`query ${conditionText(condition)}`)
  return texts.join(', ')
}

function conditionText({ name, kind, value }: Condition): string {
  if (kind === 'present') return name
  return kind === 'absent' ? `!${name}` : `${name}${kind === 'regex' ? '=~' : '='}${value}`
}

/** What conditions look at. */
export type ConditionFacts = Pick<RequestFacts, 'method' | 'target' | 'header'>

/** Whether a request fits. */
export function fitsConditions(conditions: MatchConditions, request: ConditionFacts): boolean {
  const { methods, headers, query } = conditions
  if (methods.length > 0 && !methods.includes(request.method)) return false
  for (const condition of headers) {
    if (!holds(condition, request.header(condition.name))) return false
  }
  for (const condition of query) {
    if (!holds(condition, queryParameter(request.target, condition.name))) return false
  }
  return true
}

/** The first condition that a request does not fit, in words; `undefined`: it fits all. For people, not for requests. */
export function unmetCondition(conditions: MatchConditions, request: ConditionFacts): string | undefined {
  if (fitsConditions(conditions, request)) return undefined
  const { methods, headers, query } = conditions
  if (methods.length > 0 && !methods.includes(request.method)) return `method ${methods.join(' or ')}`
  const header = headers.find(condition => !holds(condition, request.header(condition.name)))
  if (header !== undefined) return `header ${conditionText(header)}`
  const parameter = query.find(condition => !holds(condition, queryParameter(request.target, condition.name)))
  return parameter && `query ${conditionText(parameter)}`
}

function holds(condition: Condition, value: string | undefined): boolean {
  if (condition.kind === 'absent') return value === undefined
  if (value === undefined) return false
  if (condition.kind === 'equal') return value === condition.value
  return condition.kind === 'present' || regexOf(condition).test(value)
}

/** The first parameter of that name in a request target, decoded; `undefined` when there is none. */
export function queryParameter(target: string, name: string): string | undefined {
  let start = target.indexOf('?') + 1
  if (start === 0) return undefined
  while (start <= target.length) {
    let end = target.indexOf('&', start)
    if (end === -1) end = target.length
    const parameter = target.slice(start, end)
    const equals = parameter.indexOf('=')
    const written = equals === -1 ? parameter : parameter.slice(0, equals)
    if (decode(written) === name) return equals === -1 ? '' : decode(parameter.slice(equals + 1))
    start = end + 1
  }
  return undefined
}

/** As forms encode (WHATWG URL, application/x-www-form-urlencoded); what is no escape stays as it is. */
function decode(text: string): string {
  if (!/[%+]/.test(text)) return text
  return decodePercents(text.replaceAll('+', ' '))
}

/** Conditions are plain data that crosses threads, so each thread compiles a regex once, at its first use. */
const compiledRegexes = new WeakMap<Condition, LinearRegex>()

function regexOf(condition: Condition): LinearRegex {
  let regex = compiledRegexes.get(condition)
  if (regex === undefined) {
    const compiled = compileLinearRegex(condition.value, { ignoreCase: false })
    if ('problem' in compiled) throw new Error(`a condition was not checked before: ${condition.value}`)
    regex = compiled.regex
    compiledRegexes.set(condition, regex)
  }
  return regex
}

function conditionsSetting(
  name: string,
  what: 'header' | 'parameter',
  doc: string,
): Setting<readonly Condition[]> {
  const text = { default: noConditions, doc, consequence: takesNothing }
  return porticoSetting<readonly Condition[]>(name, 'list of conditions', text, written =>
    parseConditions(written, what),
  )
}

type Parsed<T> = { readonly value: T } | { readonly problem: string }

function parseMethods(written: string): Parsed<readonly string[]> {
  const methods = written.split(',').map(method => method.trim())
  const bad = methods.find(method => !/^[A-Z][A-Z-]*$/.test(method))
  if (bad === undefined) return { value: [...new Set(methods)] }
  return {
    problem: `${quote(bad)} is not a method; write them in upper case, separated by commas: "GET, HEAD"`,
  }
}

/** Quoted text, or text without commas. */
const itemPattern = /\s*(!?)([^\s!=,"]+)\s*(?:(=~?)\s*(?:"((?:[^"\\]|\\["\\])*)"|([^,"]*)))?\s*(,|$)/y

/** Reading takes quadratic time for hostile texts; this much takes a millisecond. */
const maxLength = 2048

function parseConditions(written: string, what: 'header' | 'parameter'): Parsed<readonly Condition[]> {
  if (written.length > maxLength) return { problem: `it is longer than ${maxLength} characters` }
  const conditions: Condition[] = []
  itemPattern.lastIndex = 0
  while (itemPattern.lastIndex < written.length) {
    const from = itemPattern.lastIndex
    const match = itemPattern.exec(written)
    if (match === null)
      return { problem: `${quote(written.slice(from).trim())} is not understood; ${howToWrite}` }
    const condition = readCondition(match, what)
    if ('problem' in condition) return condition
    conditions.push(condition)
  }
  return written.trimEnd().endsWith(',')
    ? { problem: `ends with a comma; ${howToWrite}` }
    : { value: conditions }
}

const howToWrite = 'write items like name=value, name=~regex, name or !name, separated by commas'

function readCondition(match: RegExpExecArray, what: string): Condition | { readonly problem: string } {
  const [, negated, written = '', operator, quoted, plain = ''] = match
  if (what === 'header' && !/^[\w!#$%&'*+.^`|~-]+$/.test(written))
    return { problem: `${quote(written)} is no name of a header field` }
  const name = what === 'header' ? written.toLowerCase() : decode(written)
  if (operator === undefined) return { name, kind: negated === '' ? 'present' : 'absent', value: '' }
  if (negated !== '') return { problem: `"!" before ${quote(written)} takes no value; ${howToWrite}` }
  const value = quoted?.replace(/\\(["\\])/g, '$1') ?? plain.trim()
  if (operator === '=') return { name, kind: 'equal', value }
  const compiled = compileLinearRegex(value, { ignoreCase: false })
  return 'problem' in compiled
    ? { problem: `${quote(value)} ${compiled.problem}` }
    : { name, kind: 'regex', value }
}
