/* The two windows as a table by hand over a clock that reads local time, as it is written in C. What is counted is week.s, which a
   compiler made of this: so the rigs need none. After a change of it:
   arm-none-eabi-gcc -S -O3 -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -ffreestanding -fno-ident week.c -o week.s */
#include <stdint.h>

#define DAY (24 * 60)
#define WEEK (7 * DAY)

/* A window on one day of the week: its number, its first minute of the week, and its length in minutes. */
struct weekly {
    int window;
    uint32_t start;
    uint32_t length;
};

static const struct weekly weekly[] = {
    {0, 9 * 60, 8 * 60},
    {0, DAY + 9 * 60, 8 * 60},
    {0, 2 * DAY + 9 * 60, 8 * 60},
    {0, 3 * DAY + 9 * 60, 8 * 60},
    {0, 4 * DAY + 9 * 60, 8 * 60},
    {1, 5 * DAY + 22 * 60, 4 * 60},
};

/* What such a clock's registers hold: the weekday is 0 on Monday. */
struct reading {
    uint8_t weekday;
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
};

/* The window, -1 for none, and in how many seconds that changes. */
int week_at(struct reading now, uint32_t *seconds)
{
    uint32_t minute = now.weekday * DAY + now.hour * 60 + now.minute;
    uint32_t lasts = WEEK;
    int window = -1;
    for (unsigned int index = 0; index < sizeof weekly / sizeof weekly[0]; index++) {
        const struct weekly *one = &weekly[index];
        uint32_t since = minute >= one->start ? minute - one->start : minute + WEEK - one->start;
        uint32_t left = since < one->length ? one->length - since : WEEK - since;
        if (since < one->length)
            window = one->window;
        if (left < lasts)
            lasts = left;
    }
    *seconds = lasts * 60 - now.second;
    return window;
}
