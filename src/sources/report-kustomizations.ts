// Folders of kustomize: what is to be served is made of their files together, and each file alone is read for what it is not.
import { posix } from 'node:path'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Place } from '../diagnostics/place.ts'
import type { ReadDocument } from '../resources/read-document.ts'

/** One finding for all kustomizations that change manifests, at the first of them; a list of manifests as they are is none. */
export function reportKustomizations(documents: readonly ReadDocument[]): Diagnostic[] {
  const [first, ...others] = documents.flatMap(changeIn)
  if (first === undefined) return []
  const directory = posix.dirname(first.document.file)
  const more =
    others.length === 0
      ? ''
      : `; so does ${others.length === 1 ? 'another' : `each of ${others.length} others`}`
  const message = `this kustomization makes other manifests of those it names; they and its patches are read here as they stand${more}; check what it makes: kustomize build ${directory} | portico check -`
  return [{ severity: 'note', code: 'kustomization-not-built', place: first, object: '', message }]
}

/** A kustomization need not have a kind. */
const fileName = /(?:^|\/)kustomization\.ya?ml$/
/** Fields that make other objects, or other names, of the listed ones; images and labels change nothing of what is read here. */
const changingField =
  /^(?:patches\w*|namePrefix|nameSuffix|namespace|bases|components|replacements|vars|commonAnnotations|configMapGenerator|secretGenerator|helm\w+|generators|transformers):/m

/** Where a kustomization first says that its manifests are not served as they stand; nothing for any other document. */
function changeIn({ document, otherKinds }: ReadDocument): Place[] {
  const isKustomization = otherKinds.some(kind => kind === 'Kustomization' || kind === 'Component')
  if (!isKustomization && !fileName.test(document.file)) return []
  const offset = changingField.exec(document.text)?.index ?? otherFolder(document.text)
  return offset === undefined ? [] : [{ document, offset }]
}

/** Where `resources` is, if it names a folder or an address: what is there has a kustomization of its own. */
function otherFolder(text: string): number | undefined {
  const start = text.search(/^resources:[ \t]*\r?$/m)
  if (start === -1) return undefined
  for (const line of text.slice(start).split('\n').slice(1)) {
    const item = /^[ \t]*-[ \t]+(.*)$/.exec(line)?.[1]
    if (item !== undefined && !/\.(?:ya?ml|json)["']?\s*(?:#.*)?$/i.test(item)) return start
    if (item === undefined && /^[^\s#]/.test(line)) return undefined
  }
  return undefined
}
