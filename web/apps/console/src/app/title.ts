/** The document's title: page, workspace, product. */

import { useEffect } from 'react';
import { useWorkspaceOfAddress } from './session';

export function useTitle(page: string): void {
  const workspace = useWorkspaceOfAddress()?.name;
  useEffect(() => {
    document.title = [page, workspace, 'Belfry'].filter(Boolean).join(' · ');
  }, [page, workspace]);
}
