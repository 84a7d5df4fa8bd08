// A place in a file: shown by the file's name, copied whole.
import { CopyButton } from './copy-button.tsx'

/** `at` is `file:line:col`. The folder is shown faint and is the first to be cut where there is no room. */
export function At({ at }: { readonly at: string }) {
  const slash = at.lastIndexOf('/') + 1
  return (
    <span class="at" title={at}>
      <span class="folder">{at.slice(0, slash)}</span>
      <span>{at.slice(slash)}</span>
      <CopyButton text={at} label={`Copy ${at}`} />
    </span>
  )
}
