#include "handoff/queue/receive.h"
