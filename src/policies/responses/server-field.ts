// Hot path: runs for responses where the ConfigMap speaks of the Server field.
// Who a response says it was made by. Without a word about it the backend's field stays and Portico names itself where there
// is none; never a version.
import { definePolicy } from '../define-policy.ts'
import { booleanSetting } from '../setting-types.ts'

/** The Server field of responses (ingress-nginx's ConfigMap: `server-tokens`, `allow-backend-server-header`). */
export const serverField = definePolicy('serverField', {
  doc: 'The Server field of responses.',
  settings: {
    tokens: wantedSetting(
      'server-tokens',
      'true makes every Server field "portico", false leaves the field out.',
      'When nothing is written the Server field of the backend stays, and a response without one gets "portico"; ingress-nginx removes ' +
        'the field then. The field never holds a version.',
    ),
    keepsBackends: wantedSetting(
      'allow-backend-server-header',
      'Lets the Server field of the backend through whatever server-tokens says; false replaces it with "portico" or, with server-tokens ' +
        'false, removes it.',
      "When neither this nor server-tokens is written the backend's field goes through.",
    ),
  },
  responseFields({ tokens, keepsBackends }, _request, edit) {
    if (!edit.isOwn && (keepsBackends ?? tokens === undefined) && edit.get('server') !== undefined) return
    edit.set('Server', tokens === false ? undefined : 'portico')
  },
})

/** A boolean that is `undefined` until it is written. */
function wantedSetting(name: string, doc: string, differs: string) {
  const setting = booleanSetting(name, { default: false, scope: 'config-map', doc, differs })
  return { ...setting, default: undefined as boolean | undefined }
}
