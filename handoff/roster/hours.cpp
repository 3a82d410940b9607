#include "handoff/roster/hours.h"
