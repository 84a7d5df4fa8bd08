// Every diagnostic code there is, with what holds of all its findings. Codes are stable: scripts filter by them, so one is never
// renamed or reused. Each has a page, docs/diagnostics/CODE.md.
import type { Severity } from './diagnostic.ts'

/** What holds of all findings with one code. */
export interface CodeFacts {
  /** Those its findings can have, the worst first. */
  readonly severities: readonly Severity[]
  /** What it means in general: one sentence, or two joined by a semicolon. */
  readonly meaning: string
}

const error = (meaning: string) => mixed(['error'], meaning)
const warning = (meaning: string) => mixed(['warning'], meaning)
const note = (meaning: string) => mixed(['note'], meaning)

/** A code whose findings are not all equally bad. */
function mixed(severities: readonly Severity[], meaning: string): CodeFacts {
  return { severities, meaning }
}

/** Kept in alphabetical order. */
export const diagnosticCodes = {
  'alias-conflict': error('A server-alias is a host of its own or an alias of another host, which keeps it.'),
  'alias-not-covered': note(
    'No certificate of a host with TLS covers its server-alias or the form that is redirected to it.',
  ),
  'annotation-forbidden': error(
    'An annotation that the ConfigMap forbids; the routes of its Ingress get 503.',
  ),
  'annotation-ignored': mixed(
    ['warning', 'note'],
    'An annotation has nothing to act on here, by design or because another prefix is meant.',
  ),
  'annotation-legacy': warning('An annotation that ingress-nginx itself has removed; it has no effect.'),
  'annotation-misplaced': mixed(
    ['error', 'warning'],
    'An annotation of an Ingress stands on an object of another kind, or one of a Service on an Ingress; it has no effect there.',
  ),
  'annotation-not-implemented': error(
    'An annotation Portico knows but does not obey yet; where it guards access, its routes get 503.',
  ),
  'annotation-refused': error(
    'An annotation Portico will never obey; where it guards access, its routes get 503.',
  ),
  'annotation-unknown': mixed(
    ['error', 'warning'],
    'An annotation under a prefix Portico reads has a name nobody knows, or one that it reads has another prefix.',
  ),
  'annotation-value': mixed(
    ['error', 'warning', 'note'],
    'The value of an annotation can not be read; its default is used or, where it guards access, its routes get 503.',
  ),
  'annotations-too-long': warning(
    'The annotations of an object are longer than a cluster takes; they are read, a cluster refuses the object.',
  ),
  'api-version-mixed': warning(
    "A field of another API version than the object's own; it is read, a cluster refuses it.",
  ),
  'api-version-unknown': error('The apiVersion is none that its kind has; the object is not read.'),
  'backend-invalid': error('A backend names no Service, or more than one thing; its path is not served.'),
  'backend-port-digits': warning(
    'A port name made of digits is the number of a Service port; it is used as the number.',
  ),
  'backend-port-missing': error('A backend names a port that its Service does not have; requests get 503.'),
  'backend-resource-unsupported': error(
    'A backend names a resource instead of a Service; its path is not served.',
  ),
  'backend-service-missing': error(
    'A backend names a Service that does not exist in its namespace; requests get 503.',
  ),
  'canary-annotation-ignored': note('An annotation on a canary Ingress that acts only on the main one.'),
  'canary-not-enabled': warning('Canary annotations without canary: "true"; the Ingress is an ordinary one.'),
  'canary-same-backend': note('A canary names the backend its main rule names already; it is left out.'),
  'canary-weight-surplus': error(
    'The weights of the canaries of a rule exceed their total; the surplus is cut.',
  ),
  'canary-without-main': error('A canary rule has no counterpart in an ordinary Ingress; it has no effect.'),
  'class-ambiguous': warning(
    'The class annotation and spec.ingressClassName differ; the field decides, a cluster refuses the object.',
  ),
  'class-default-ambiguous': error(
    'More than one IngressClass is the default; Ingresses without a class are not served.',
  ),
  'class-missing': mixed(
    ['warning', 'note'],
    'An Ingress names a class that no IngressClass of the manifests has, though they have others; it is served.',
  ),
  'class-not-served': note('An Ingress belongs to a class that is not served.'),
  'compat-api-version': warning(
    'An Ingress has an API version that clusters no longer have; said with --compat.',
  ),
  'compat-approximated': note(
    'An annotation or ConfigMap key in use differs in a detail from ingress-nginx; said with --compat.',
  ),
  'compat-backend-shared': mixed(
    ['warning', 'note'],
    'Rules share a Service port, and ingress-nginx shares the canary or affinity of one of them; said with --compat.',
  ),
  'compat-canary-count': warning(
    'A rule has more than one canary, and ingress-nginx takes one; said with --compat.',
  ),
  'compat-fails-open': warning(
    'For this value ingress-nginx lets through what Portico closes; said with --compat.',
  ),
  'compat-hsts': note(
    'ingress-nginx sends Strict-Transport-Security for hosts with TLS, and Portico does not; said with --compat.',
  ),
  'compat-ingress-refused': warning(
    'For this value ingress-nginx does not serve the Ingress at all; said with --compat.',
  ),
  'compat-portico-annotation': note('An annotation that Portico alone reads; said with --compat.'),
  'compat-regex-host-wide': warning(
    'A regex of one Ingress makes every path of the host a regex on ingress-nginx; said with --compat.',
  ),
  'compat-regex-order': warning(
    'ingress-nginx tries the regexes of a host in another order; said with --compat.',
  ),
  'compat-regex-syntax': warning(
    'A path is a regex that ingress-nginx can compile and Portico can not; said with --compat.',
  ),
  'compat-slash-redirect': note(
    'nginx redirects a path without its last slash to the one with it; said with --compat.',
  ),
  'compat-snippet': warning(
    'A snippet, which ingress-nginx may run and Portico never does; said with --compat.',
  ),
  'config-key-elsewhere': warning('A ConfigMap key whose subject is decided by a flag of the command line.'),
  'config-key-ignored': note('A ConfigMap key that has nothing to act on here, by design.'),
  'config-key-legacy': warning('A ConfigMap key that ingress-nginx itself has removed; it has no effect.'),
  'config-key-not-implemented': warning('A ConfigMap key Portico knows but does not obey yet.'),
  'config-key-refused': error(
    'A ConfigMap key Portico will never obey; where it guards access, all routes get 503.',
  ),
  'config-key-unknown': error('A ConfigMap key that nobody knows; it has no effect.'),
  'config-map-missing': error(
    'The ConfigMap that --config-map names does not exist; what it last said holds, or the defaults do.',
  ),
  'config-map-unread': note(
    'A ConfigMap that looks like that of ingress-nginx is not read, for want of a flag.',
  ),
  'config-value': mixed(
    ['error', 'warning', 'note'],
    'The value of a ConfigMap key can not be obeyed; its default is used or, where it guards access, all routes get 503.',
  ),
  'data-invalid': error('A Secret entry is not base64; the entry is left out.'),
  'document-list': warning('A document is a list of objects; they are read, a cluster refuses it.'),
  'document-stray': warning(
    'A document of a file that was named is neither an object nor a mapping; it is ignored.',
  ),
  'duplicate-key': error(
    'A key occurs twice in one mapping; the last one counts, a cluster refuses the object; an Ingress that loses annotations so is not served.',
  ),
  'duplicate-object': mixed(
    ['error', 'note'],
    'An object of this kind, namespace and name was read before; the first one counts.',
  ),
  'endpoints-annotation': error(
    'An entry of the annotation portico/endpoints is no address and port; it is left out.',
  ),
  'endpoints-missing': warning(
    'A Service has no ready endpoint for the port a backend names; requests get 503.',
  ),
  'error-pages-missing': warning(
    'custom-http-errors without any default backend; clients get 404 in the place of the listed statuses.',
  ),
  'field-missing': mixed(['error', 'warning', 'note'], 'A required field is absent or empty.'),
  'field-type': mixed(['error', 'warning'], 'A value has another type than its field.'),
  'field-unknown': warning('A field that the object does not have; it is ignored.'),
  'field-value': mixed(['error', 'warning'], 'A value is none that its field allows.'),
  'file-unreadable': mixed(['error', 'warning'], 'A file or directory can not be read.'),
  'host-case': warning('A host has upper-case letters; it is served in lower case, a cluster refuses it.'),
  'host-invalid': error('A host is no DNS name or wildcard; its rule is not served.'),
  'kind-unknown': mixed(
    ['error', 'warning', 'note'],
    'The kind is none that its API group has; the object is not read.',
  ),
  'kustomization-not-built': note(
    'A kustomization makes other manifests of those it names; they and its patches are read as they stand.',
  ),
  'map-unused': warning('A --map flag names a Service that no served rule names.'),
  'match-default-backend': warning(
    'A default backend stands on an Ingress with conditions; they do not apply to it.',
  ),
  'name-invalid': mixed(
    ['error', 'warning'],
    'A name breaks the rules for names; it is used as it is unless it has control characters, a cluster refuses it.',
  ),
  'nothing-read': note('What was named on the command line holds no Kubernetes object.'),
  'path-conflict': error(
    'Another rule has the same host, path and kind, or another default backend the same host; the older one is served.',
  ),
  'path-group-missing': warning(
    'A rewrite target names a capture group that the path does not have; it stands for nothing.',
  ),
  'path-invalid': mixed(['error', 'warning'], 'A path breaks the rules of its pathType; it is not served.'),
  'path-missing': error(
    'A directory or file given on the command line has vanished; its last good objects keep serving.',
  ),
  'path-regex': error(
    'A path is asked to be a regex and can not be one; it is not served, or closed with 503 where it is guarded.',
  ),
  'path-regex-implied': note('A rewrite target makes a path a regex although its pathType says otherwise.'),
  'path-regex-not-enabled': warning('A path looks like a regex and is not matched as one.'),
  'path-shadowed': warning('Another rule of the same host takes every request of this path.'),
  'path-type-missing': warning(
    'A path has no pathType; it is served as ImplementationSpecific, a cluster refuses it.',
  ),
  'path-type-refused': warning(
    'A path has characters that ingress-nginx refuses for its pathType; it is served.',
  ),
  'secret-missing': error(
    'An annotation or ConfigMap key names a Secret that does not exist; where it guards access, its routes get 503.',
  ),
  'service-upstream-unused': note(
    'service-upstream where the manifest of the Service has no clusterIP; its endpoints are used.',
  ),
  'session-cookie-path': warning(
    'A session cookie on a regex path has no path of its own set; it gets "/", other than in ingress-nginx.',
  ),
  'slice-without-service': warning('An EndpointSlice names no Service by label; it is not used.'),
  'stdin-empty': error('Standard input held no Kubernetes object, as when the command before it failed.'),
  'template-not-rendered': mixed(
    ['error', 'note'],
    'A document is a template (of a Helm chart, say) and no manifest before it is rendered; nothing in it is read.',
  ),
  'tls-certificate-expired': warning(
    'The certificate of a TLS Secret is past its end or before its beginning; it is served.',
  ),
  'tls-certificate-expires': warning('The certificate of a TLS Secret ends within two weeks.'),
  'tls-certificate-is-authority': note(
    'The certificate of a TLS Secret is that of an authority; it is served, Firefox refuses it.',
  ),
  'tls-certificate-weak': warning(
    'A certificate of a TLS Secret has a short key or a broken signature; it is served, browsers refuse it.',
  ),
  'tls-certificate-without-san': warning(
    'A certificate names its host only as common name; it is served, browsers refuse it.',
  ),
  'tls-chain-incomplete': mixed(
    ['warning', 'note'],
    'The chain of a TLS Secret ends before a root that browsers have, perhaps for lack of an intermediate authority; it is served as it is.',
  ),
  'tls-chain-mended': note(
    'The certificates of a TLS Secret stand in another order than TLS sends them, or are not all of one chain; they are put in order.',
  ),
  'tls-conflict': warning('Two tls sections name different Secrets for one host; the older one is served.'),
  'tls-host-not-covered': error(
    'The certificate of a TLS Secret does not name the host; the local CA signs one for it.',
  ),
  'tls-host-without-rule': note('A tls section names a host that no rule of its Ingress serves.'),
  'tls-secret-invalid': error(
    'A TLS Secret holds no usable certificate and key; the local CA signs a certificate instead.',
  ),
  'tls-secret-missing': mixed(
    ['error', 'note'],
    'A TLS Secret does not exist in its namespace; the local CA signs a certificate instead.',
  ),
  'tls-staple-expired': warning(
    'The OCSP response of a TLS Secret is no longer good, or not yet; it is not stapled.',
  ),
  'tls-staple-invalid': warning(
    'The OCSP response of a TLS Secret can not be read or is not for its certificate; it is not stapled.',
  ),
  'tls-unused': mixed(
    ['warning', 'note'],
    'A tls section names no host and its certificate covers none of its Ingress; it is not used.',
  ),
  'www-redirect-unused': note(
    'from-to-www-redirect has nothing to redirect: the other form of the host has rules of its own, or there is none.',
  ),
  'yaml-boolean': warning('A plain word that YAML 1.1 reads as a boolean stands where a string belongs.'),
  'yaml-key': error('A mapping or list is used as a key; the entry is ignored.'),
  'yaml-syntax': mixed(['error', 'note'], 'A document is not valid YAML; nothing in it can be read.'),
  'yaml-tag': warning('A tag that Kubernetes does not know; the value is read as if it had none.'),
} satisfies Record<string, CodeFacts>

/** A code of the list above: what is wrong, for scripts and tests. */
export type DiagnosticCode = keyof typeof diagnosticCodes

/** Whether a text is the code of a diagnostic. */
export function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(diagnosticCodes, text)
}
