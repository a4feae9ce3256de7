import { perform, type Task } from './tasks.ts';

const task = JSON.parse(process.argv[2] as string) as Task;
console.log(JSON.stringify(await perform(task)));
