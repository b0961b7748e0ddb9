import { Button } from '@/components/ui/Button'
import { Chip } from '@/components/ui/Chip'
import { m } from '@/paraglide/messages.js'
import type { Setting } from '../queries'

const SOURCES: Record<Setting['source'], () => string> = {
  database: m.settings_source_database,
  environment: m.settings_source_environment,
  default: m.settings_source_default,
}

interface SettingSourceProps {
  setting: Setting
  busy: boolean
  onReset: () => void
}

/** Where a value comes from, what it overrides, and the way back. */
export function SettingSource({ setting, busy, onReset }: SettingSourceProps) {
  const { source, environment_value: environment } = setting
  return (
    <div className="flex flex-wrap items-center gap-2 text-xs text-fg-3">
      <Chip tone={source === 'database' ? 'info' : 'mute'}>{SOURCES[source]()}</Chip>
      {source === 'database' && environment && (
        <span>{m.settings_overrides({ value: environment })}</span>
      )}
      {source === 'database' && (environment || setting.default_value) && (
        <Button variant="ghost" size="sm" busy={busy} onClick={onReset}>
          {environment ? m.settings_go_back() : m.settings_go_back_default()}
        </Button>
      )}
    </div>
  )
}
