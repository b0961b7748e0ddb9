import { Layer, type LayerProps } from './Dialog'

interface DrawerProps extends LayerProps {
  /** The edge it comes from. On phones the one at the end takes the whole width. */
  side?: 'end' | 'bottom'
}

const SIDES = {
  end: 'drawer-end inset-y-0 inset-e-0 w-full sm:w-110',
  bottom:
    'drawer-bottom inset-x-0 bottom-0 max-h-[85dvh] rounded-t-card pb-[env(safe-area-inset-bottom)]',
}

/** Details of one thing, beside the list it came from. */
export function Drawer({ side = 'end', ...rest }: DrawerProps) {
  return <Layer {...rest} className={SIDES[side]} />
}
