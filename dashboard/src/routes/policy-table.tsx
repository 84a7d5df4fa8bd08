// What is written for a route, setting by setting, with the place of each.
import type { PolicyView, SettingView } from '../../../src/admin/api/types.ts'
import { At } from '../components/at.tsx'
import { Empty } from '../components/empty.tsx'

/** One row for each setting, grouped by policy. */
export function PolicyTable({ policies }: { readonly policies: readonly PolicyView[] }) {
  if (policies.length === 0)
    return (
      <Empty title="No policies">Nothing is written for this route: every setting has its default.</Empty>
    )
  return (
    <div class="table policies">
      <table>
        <caption class="unseen">Policies of the route, in the order requests meet them</caption>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">In force</th>
            <th scope="col">Written by</th>
            <th scope="col">Written at</th>
          </tr>
        </thead>
        {policies.map(policy => (
          <tbody key={policy.policy}>
            <tr class="group">
              <th scope="rowgroup" colSpan={4}>
                {policy.policy} <span class="muted">{policy.doc}</span>
              </th>
            </tr>
            {policy.settings.map(setting => (
              <SettingRow key={setting.setting} setting={setting} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}

function SettingRow({ setting }: { readonly setting: SettingView }) {
  const { text, object, at, because, unread, from } = setting
  return (
    <tr>
      <td data-title="Setting">
        <code>{setting.setting}</code>
      </td>
      <td data-title="In force" class="wide">
        {text}
        {unread !== undefined && <div class="error-text">not obeyed: {unread}</div>}
        {because !== undefined && <div class="muted">{because}</div>}
      </td>
      <td data-title="Written by">{object ?? <span class="muted">{from}</span>}</td>
      <td data-title="Written at" class="wide">
        {at === undefined ? '–' : <At at={at} />}
      </td>
    </tr>
  )
}
