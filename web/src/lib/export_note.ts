// SPDX-License-Identifier: Apache-2.0
// What an export asks before it goes: purpose and recipient, where its class asks for them.
import { shallowRef } from 'vue'
import { protection_api, type ProtectionClass } from '../api/protection'

export interface ExportNote {
  purpose: string
  recipient: string
}

export interface Asked {
  kept: ProtectionClass
  name: string // of what is exported
  answer: (note: ExportNote | null) => void
}

// What the dialog of the frame shows; null: nothing is asked.
export const asked = shallowRef<Asked | null>(null)

let classes: Promise<ProtectionClass[]> | null = null

// The classes stand in the content of the program: read once a page.
export function protection_classes(): Promise<ProtectionClass[]> {
  classes ??= protection_api.classes().catch((problem) => {
    classes = null
    throw problem
  })
  return classes
}

// null: the person has thought better of it.
export async function ask_export(class_id: string, name: string): Promise<ExportNote | null> {
  const kept = (await protection_classes()).find((one) => one.id === class_id)
  if (!kept?.asks_purpose) return { purpose: '', recipient: '' }
  asked.value?.answer(null)
  return new Promise((resolve) => {
    asked.value = {
      kept,
      name,
      answer: (note) => {
        asked.value = null
        resolve(note)
      },
    }
  })
}
