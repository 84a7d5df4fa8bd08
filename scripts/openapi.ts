// docs/openapi.json as an object: the paths of the admin API, and its types as schemas. Writes nothing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTypeSchemas, type Schema } from './type-schemas.ts'

const root = join(import.meta.dirname, '..')
const prefix = '#/components/schemas/'

/** One question. */
interface Operation {
  readonly summary: string
  readonly query?: Readonly<Record<string, string>>
  /** Name of the body's schema. */
  readonly body?: string
  /** Name of the answer's schema. */
  readonly answer: string
  /** Statuses of problems beside those that every question can have. */
  readonly problems?: Readonly<Record<number, string>>
}

const search = 'words that all have to be found, in any case of letters'
const endpointProblems = { 404: 'There is no such Service port, or it has no such endpoint.' }

const requestFilter = {
  host: 'of the Host field, without port',
  route: 'id of the rule that took it',
  service: '`namespace/name:port`',
  method: 'such as GET',
  status: 'such as 404, or 5xx',
  minMs: 'duration at least',
  cause: 'why Portico made the answer; `any` for all it made',
  q: `${search}, in Host and target`,
}

/** By `METHOD path`, in the order of the document. */
const operations: Readonly<Record<string, Operation>> = {
  'GET /api/overview': { summary: 'Whether all is well.', answer: 'Overview' },
  'GET /api/routes': {
    summary: 'Every rule with what came of its requests, by host and path.',
    query: { q: search, limit: '1 to 10000, default 1000' },
    answer: 'RouteList',
  },
  'GET /api/routes/{id}': {
    summary: 'The way of a request through one rule, part by part.',
    answer: 'RouteWay',
    problems: { 404: 'No rule of the table that serves has this id.' },
  },
  'GET /api/services': { summary: 'Every Service port in use, and its endpoints.', answer: 'ServiceList' },
  'POST /api/services/{namespace}/{service}/endpoints/{endpoint}/drain': {
    summary:
      'Takes an endpoint out: new requests go to the others, those under way finish. Holds until it is undone, the Service no longer lists the endpoint, or Portico is started anew. With all of them out, requests get 503.',
    answer: 'DrainAnswer',
    problems: endpointProblems,
  },
  'POST /api/services/{namespace}/{service}/endpoints/{endpoint}/undrain': {
    summary: 'Takes a drained endpoint in again.',
    answer: 'DrainAnswer',
    problems: endpointProblems,
  },
  'GET /api/certificates': {
    summary: 'What a TLS client gets that asks for a host, and why, for each host.',
    query: { q: 'in the host', limit: '1 to 500, default 200' },
    answer: 'CertificateList',
  },
  'GET /api/diagnostics': {
    summary: 'The findings on the manifests that serve, with the lines they are about.',
    query: { severity: 'error, warning or note', q: search, limit: '1 to 10000, default 1000' },
    answer: 'DiagnosticList',
  },
  'GET /api/requests': {
    summary: 'Requests that ended lately, the latest first. Asking begins to record them, for 30 seconds.',
    query: { ...requestFilter, limit: '1 to 1000, default 100' },
    answer: 'RequestList',
  },
  'POST /api/replay': {
    summary:
      'Sends one request again, through our own listener. Bodies and credentials of requests seen before are not kept.',
    body: 'ReplayOrder',
    answer: 'ReplayAnswer',
    problems: {
      404: 'No request with this id is kept.',
      409: 'Its method may change something and "confirm" is not true, or it can not be sent.',
      502: 'No answer came.',
    },
  },
  'GET /api/config': {
    summary: 'How this process was started, and what the ConfigMap sets.',
    answer: 'ConfigView',
  },
  'GET /api/annotations': {
    summary: 'The ledger of annotations and ConfigMap keys, with where the manifests use them.',
    query: { used: 'if present, only those in use', q: search },
    answer: 'AnnotationList',
  },
  'GET /api/explain': {
    summary: 'What would become of a request now, and why. Nothing is sent.',
    query: {
      url: 'of the request; has to be there',
      method: 'default GET',
      header: '`Name: value`, repeatable',
      cookie: '`name=value`, repeatable',
      sni: 'what the handshake asks for, default the host of the URL',
      'client-ip': 'default 127.0.0.1',
      repeat: 'decide so many times and count where the request goes, up to 10000',
    },
    answer: 'Explanation',
  },
  'GET /api/dump': {
    summary: 'The whole table that serves, as `portico dump -o json` prints it.',
    query: {
      effective: 'if present, the settings in force on routes instead',
      all: 'with it: those at their defaults too',
      host: 'with it: of this host',
      ingress: 'with it: of this Ingress',
    },
    answer: 'Dump',
  },
  'GET /api/openapi.json': { summary: 'This document.', answer: 'OpenApi' },
}

/** The document; the same for the same sources. */
export function openApiDocument(): Schema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'The admin API of Portico',
      version: '1',
      description: description(),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:10254', description: 'Unless --admin says otherwise.' }],
    security: [{}, { token: [] }],
    paths: { ...paths(), '/events': { get: eventsOperation } },
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'Where the port is bound beyond loopback, or a token is given: --admin-token-file, PORTICO_ADMIN_TOKEN.',
        },
      },
      schemas: schemas(),
    },
  }
}

function description(): string {
  return [
    'Times are milliseconds since the epoch (`time`, `…At`), durations milliseconds (`…Ms`), sizes bytes, places `file:line:col` (`at`). Fields that do not apply are absent; more fields may be added, none is removed or given another meaning.',
    'What changes something is POST, with `Content-Type: application/json`. The port answers as localhost, by its address and to the names of --admin-host; pages of other sites are refused.',
    'Nothing holds what a Secret holds, and values of query arguments that look like credentials are REDACTED.',
  ].join('\n\n')
}

function paths(): Record<string, Record<string, Schema>> {
  const all: Record<string, Record<string, Schema>> = {}
  for (const [key, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = key.split(' ')
    const ofPath = all[path] ?? {}
    all[path] = ofPath
    ofPath[method.toLowerCase()] = renderOperation(path, operation)
  }
  return all
}

function renderOperation(
  path: string,
  { summary, query = {}, body, answer, problems = {} }: Operation,
): Schema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) =>
    parameter('path', name!, placeNames[name!]!),
  )
  const parameters = [...inPath, ...queryParameters(query)]
  const all = {
    400: 'The question is not understood.',
    401: 'The token is missing or wrong.',
    403: 'This name or page may not ask.',
    ...problems,
  }
  return {
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: { $ref: prefix + body } } } },
    }),
    responses: {
      200: {
        description: 'The answer.',
        content: { 'application/json': { schema: { $ref: prefix + answer } } },
      },
      ...problemResponses(all),
    },
  }
}

function problemResponses(problems: Readonly<Record<number, string>>): Record<string, Schema> {
  const content = { 'application/problem+json': { schema: { $ref: `${prefix}Problem` } } }
  return Object.fromEntries(
    Object.entries(problems).map(([status, description]) => [status, { description, content }]),
  )
}

const placeNames: Readonly<Record<string, string>> = {
  id: '`id` of a route, percent-encoded',
  namespace: 'of the Service',
  service: '`name:port`, percent-encoded',
  endpoint: '`address:port`, percent-encoded',
}

function queryParameters(query: Readonly<Record<string, string>>): Schema[] {
  return Object.entries(query).map(([name, text]) => parameter('query', name, text))
}

function parameter(place: 'path' | 'query', name: string, description: string): Schema {
  return {
    name,
    in: place,
    required: place === 'path' || name === 'url',
    description,
    schema: { type: 'string' },
  }
}

const eventsOperation: Schema = {
  summary:
    'Server-Sent Events; the data of each is JSON, of the type that `ApiEvents` has under its name. `hello` comes first, `figures` each second. A client that does not read in time is cut off; ids only count.',
  parameters: queryParameters({
    requests: 'if present, `requests` are sent, a few times a second, with the filters below',
    routes: 'if present, `figures` hold those of routes',
    ...requestFilter,
  }),
  responses: {
    200: {
      description: 'Events until the client goes, or Portico stops.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    ...problemResponses({
      400: 'The filter is not understood.',
      401: 'The token is missing or wrong.',
      403: 'This name or page may not ask.',
      503: 'Too many watch already.',
    }),
  },
}

function schemas(): Record<string, Schema> {
  const sources = ['types', 'live-types'].map(name =>
    readFileSync(join(root, 'src', 'admin', 'api', `${name}.ts`), 'utf8'),
  )
  return {
    ...Object.fromEntries(readTypeSchemas(sources.join('\n'), prefix)),
    Explanation: explanationSchema(),
    Dump: {
      description: 'As `portico dump -o json` prints: an object, or a list of routes with `effective`.',
      type: ['object', 'array'],
    },
    OpenApi: { type: 'object', required: ['openapi', 'paths'] },
  }
}

/** The schema that scripts know from the command line. */
function explanationSchema(): Schema {
  const text = readFileSync(join(root, 'schemas', 'explanation.json'), 'utf8')
  const { $schema, ...schema } = JSON.parse(
    text.replaceAll('"#/definitions/', `"${prefix}Explanation/definitions/`),
  )
  return schema
}
