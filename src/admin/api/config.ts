// `/api/config`: how this process was started, and what holds for all Ingresses because the ConfigMap says so.
import { ProvenanceFinder } from '../../explain/provenance.ts'
import { isSaid, showSetting, valueText } from '../../explain/shown-settings.ts'
import type { AdminSources } from '../sources.ts'
import { settingView } from './setting-view.ts'
import type { ConfigView } from './types.ts'

/** The answer to `/api/config`. */
export function configView({ version, flags, from, redact }: AdminSources): ConfigView {
  const compiled = from()
  const shownFlags = Object.entries(flags).map(([name, value]) => [name, redact(value)])
  const { configMap } = compiled.globals
  return {
    version,
    flags: Object.fromEntries(shownFlags),
    ...(configMap !== undefined && { configMap: `${configMap.meta.namespace}/${configMap.meta.name}` }),
    settings: new ProvenanceFinder(compiled)
      .of(undefined)
      .filter(isSaid)
      .map(found => settingView({ ...showSetting(found), text: valueText(found) })),
  }
}
