// What opens from within a dialog or a drawer belongs inside it: everything outside is out of reach
// while it is open.
import { createContext, type RefObject } from 'react'

export const LayerContext = createContext<RefObject<HTMLElement | null> | null>(null)
