// Which keys there are: `?`.
import { pages } from '../pages.ts'
import { showsHelp } from '../shortcuts.ts'
import { Dialog } from './dialog.tsx'

export function ShortcutHelp() {
  if (!showsHelp.value) return null
  return (
    <Dialog
      title="Keyboard shortcuts"
      onClose={() => {
        showsHelp.value = false
      }}
    >
      <dl class="shortcuts">
        {pages.map(page => (
          <Shortcut key={page.path} keys={['g', page.key]} does={page.title} />
        ))}
        <Shortcut keys={['/']} does="Search" />
        <Shortcut keys={['t']} does="Light, dark or as the system" />
        <Shortcut keys={['?']} does="This list" />
      </dl>
    </Dialog>
  )
}

function Shortcut({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <div>
      <dt>{does}</dt>
      <dd>
        {keys.map(key => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dd>
    </div>
  )
}
