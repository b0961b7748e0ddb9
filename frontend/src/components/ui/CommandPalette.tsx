import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { type LucideIcon, Search } from 'lucide-react'
import { m } from '@/paraglide/messages.js'

export interface Command {
  id: string
  label: string
  icon: LucideIcon
  run: () => void
  /** Was looked up for what is typed: it is shown whatever letters its label has. */
  found?: boolean
}

export interface CommandGroup {
  value: string
  items: Command[]
}

interface CommandPaletteProps {
  open: boolean
  onClose: () => void
  groups: CommandGroup[]
  /** Hears what is typed. */
  onType?: (text: string) => void
  /** More may be found for what is typed. */
  searching?: boolean
}

/** Everything that can be reached or done, by typing a few letters. */
export default function CommandPalette(props: CommandPaletteProps) {
  const { open, onClose, groups, onType, searching = false } = props
  const { contains } = Autocomplete.useFilter({ sensitivity: 'base' })
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          aria-label={m.ui_palette()}
          className="dialog fixed inset-x-4 top-[12dvh] z-40 mx-auto flex max-h-[70dvh] max-w-xl flex-col overflow-hidden rounded-card border border-line bg-raised text-fg shadow-3 outline-none"
        >
          <Autocomplete.Root
            open
            inline
            items={groups}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={(item: Command) => item.label}
            filter={(item: Command, typed) => item.found || contains(item.label, typed)}
            onValueChange={(typed) => onType?.(typed)}
          >
            <div className="flex items-center gap-3 border-b border-line px-4">
              <Search aria-hidden className="size-4 shrink-0 text-fg-3" />
              <Autocomplete.Input
                aria-label={m.ui_palette_search()}
                placeholder={m.ui_palette_search()}
                maxLength={200}
                className="h-13 w-full bg-transparent text-base outline-none placeholder:text-fg-3"
              />
            </div>
            <Dialog.Close className="sr-only">{m.ui_close()}</Dialog.Close>
            <div className="flex min-h-0 flex-col">
              <Autocomplete.Empty>
                <p className="px-3 py-6 text-center text-sm text-fg-3 empty:hidden">
                  {searching ? m.ui_palette_searching() : m.ui_palette_empty()}
                </p>
              </Autocomplete.Empty>
              <Autocomplete.List className="min-h-0 overflow-y-auto p-2 data-empty:p-0">
                {(group: CommandGroup) => (
                  <Autocomplete.Group key={group.value} items={group.items}>
                    <Autocomplete.GroupLabel className="px-3 pt-2 pb-1 text-xs text-fg-3">
                      {group.value}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(item: Command) => (
                        <Autocomplete.Item
                          key={item.id}
                          value={item}
                          onClick={() => {
                            onClose()
                            item.run()
                          }}
                          className="flex min-h-10 cursor-default items-center gap-3 rounded-control px-3 text-sm select-none data-highlighted:bg-brand-soft touch:min-h-11"
                        >
                          <item.icon aria-hidden className="size-4 shrink-0 text-fg-3" />
                          <bdi className="min-w-0 truncate">{item.label}</bdi>
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </div>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
