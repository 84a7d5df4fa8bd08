// Every diagnostic code there is. Codes are stable: scripts filter by them, so one is never renamed or reused.

/** Code → what it means in general. Kept in alphabetical order. */
export const diagnosticCodes = {
  'annotation-unknown': 'An annotation under a prefix Portico reads has a name nobody knows.',
  'api-version-mixed':
    "A field of another API version than the object's own; it is read, a cluster refuses it.",
  'api-version-unknown': 'The apiVersion is none that its kind has; the object is not read.',
  'backend-invalid': 'A backend names no Service, or more than one thing; its path is not served.',
  'class-ambiguous':
    'The class annotation and spec.ingressClassName differ; the field decides, a cluster refuses the object.',
  'data-invalid': 'A Secret entry is not base64; the entry is left out.',
  'duplicate-key': 'A key occurs twice in one mapping; the last one counts, a cluster refuses the object.',
  'duplicate-object': 'An object of this kind, namespace and name was read before; the first one counts.',
  'field-missing': 'A required field is absent or empty.',
  'field-type': 'A value has another type than its field.',
  'field-unknown': 'A field that the object does not have; it is ignored.',
  'field-value': 'A value is none that its field allows.',
  'file-unreadable': 'A file or directory can not be read.',
  'host-case': 'A host has upper-case letters; it is served in lower case, a cluster refuses it.',
  'host-invalid': 'A host is no DNS name or wildcard; its rule is not served.',
  'kind-unknown': 'The kind differs only in case from one that is read; the object is not read.',
  'name-invalid': 'A name breaks the rules for names; it is used as it is, a cluster refuses it.',
  'path-invalid': 'A path breaks the rules of its pathType; it is not served.',
  'path-missing':
    'A directory or file given on the command line has vanished; its last good objects keep serving.',
  'path-type-missing':
    'A path has no pathType; it is served as ImplementationSpecific, a cluster refuses it.',
  'slice-without-service': 'An EndpointSlice names no Service by label; it is not used.',
  'yaml-boolean': 'A plain word that YAML 1.1 reads as a boolean stands where a string belongs.',
  'yaml-key': 'A mapping or list is used as a key; the entry is ignored.',
  'yaml-syntax': 'A document is not valid YAML; nothing in it can be read.',
  'yaml-tag': 'A tag that Kubernetes does not know; the value is read as if it had none.',
} as const satisfies Record<string, string>

export type DiagnosticCode = keyof typeof diagnosticCodes
