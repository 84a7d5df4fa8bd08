// Where the page begins.
import { render } from 'preact'
import { App } from './app.tsx'
import './style/base.css'
import './style/layout.css'
import './style/table.css'
import './style/figures.css'
import './style/overlays.css'
import './style/components.css'
import './style/pages.css'
import './style/picture.css'
import './style/explain.css'
import './style/traffic.css'
import { connect } from './live/connection.ts'
import { followOverview } from './live/overview.ts'
import { tellChanges } from './live/tell-changes.ts'
import { listenForShortcuts } from './shortcuts.ts'
import { applyTheme } from './theme.ts'

applyTheme()
followOverview()
tellChanges()
connect()
listenForShortcuts()
render(<App />, document.body)
