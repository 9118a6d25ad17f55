import { Notification } from 'electron';
import type { Notice } from '../../engine/notices/notices.ts';
import { pageOf } from '../tray/tray-state.ts';

/** Shows notices of the host as the system's own notifications. A click goes to the page of that run, or to the history for several. */
export function systemNotifications(icon: string, open: (page: string) => void): (notice: Notice) => void {
  // One that is collected as garbage is never clicked.
  const shown = new Set<Notification>();
  return ({ taskIds, title, body }) => {
    if (!Notification.isSupported())
      return console.warn(
        `${title}\n${body}\n(The system cannot show notifications. On Linux this needs libnotify; Debian: apt-get install libnotify4.)`,
      );
    const notification = new Notification({ title, body, icon });
    shown.add(notification);
    const forget = () => shown.delete(notification);
    notification.on('click', () => {
      const [only] = taskIds;
      open(taskIds.length === 1 && only ? pageOf(only) : '/history');
      forget();
    });
    notification.on('close', forget);
    notification.on('failed', (_event, error) => {
      console.warn(`A notification could not be shown: ${error}`);
      forget();
    });
    notification.show();
  };
}
