/* SPDX-License-Identifier: MIT */
/* What FreeRTOS' heap_4.c needs of task.h: nothing can preempt it here. */
#ifndef BENCH_FREERTOS_TASK_H
#define BENCH_FREERTOS_TASK_H

#define vTaskSuspendAll() ((void)0)
#define xTaskResumeAll()  0
#define taskENTER_CRITICAL()
#define taskEXIT_CRITICAL()

#endif
