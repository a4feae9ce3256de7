export { HistoryStore } from '../history/history-store.ts';
export { observedSpace } from '../space/observed.ts';
