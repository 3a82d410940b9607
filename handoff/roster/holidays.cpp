#include "handoff/roster/holidays.h"
