#include "handoff/roster/capacity.h"

#include "tests/unit/handoff/story.h"

#include <doctest/doctest.h>

using namespace tsunagi;
using namespace tsunagi::handoff;
using namespace tsunagi::story;

namespace {

bot::Conversation in_danger(std::uint8_t risk_level)
{
    auto conversation = waiting();
    conversation.risk_level = risk_level;
    return conversation;
}

}  // namespace

TEST_CASE("capacity: three at once by default, the fourth waits")
{
    auto counselor = sato();
    counselor.holding = 2;
    CHECK(has_room_for(counselor, waiting()));
    counselor.holding = 3;
    CHECK_FALSE(has_room_for(counselor, waiting()));
}

TEST_CASE("capacity: R3, R4 and urgent requests are emergencies, R2 is not")
{
    CHECK_FALSE(is_emergency(in_danger(2)));
    CHECK(is_emergency(in_danger(3)));
    CHECK(is_emergency(in_danger(4)));
    auto urgent = waiting();
    urgent.handoff->priority = bot::Priority::emergency;
    CHECK(is_emergency(urgent));
    urgent.handoff->priority = bot::Priority::high;
    CHECK_FALSE(is_emergency(urgent));
}

TEST_CASE("capacity: who holds an emergency takes nothing beside it, not even a second one")
{
    auto counselor = sato();
    counselor.holding = 1;
    counselor.holding_emergency = 1;
    CHECK_FALSE(has_room_for(counselor, waiting()));
    CHECK_FALSE(has_room_for(counselor, in_danger(4)));
}

TEST_CASE("capacity: a person in danger does not wait until a quiet talk is over")
{
    auto counselor = sato();
    counselor.holding = counselor.capacity;
    CHECK_FALSE(has_room_for(counselor, in_danger(2)));
    CHECK(has_room_for(counselor, in_danger(3)));
}

TEST_CASE("skills: every one that is asked for, but nobody is locked out by them")
{
    auto conversation = waiting();
    conversation.handoff->skills = {"dv", "english"};
    auto counselor = sato();
    CHECK(has_skills_for(counselor, waiting()));
    CHECK_FALSE(has_skills_for(counselor, conversation));
    counselor.skills = {"english"};
    CHECK_FALSE(has_skills_for(counselor, conversation));
    counselor.skills = {"english", "law", "dv"};
    CHECK(has_skills_for(counselor, conversation));
    CHECK(has_skills_for(supervisor(), conversation));
    conversation.risk_level = 4;
    CHECK(has_skills_for(sato(), conversation));
}

TEST_CASE("stepping in while the bot talks: supervisors and desk managers, and anybody in an emergency")
{
    auto conversation = greeted();
    CHECK_FALSE(may_take_from_bot(sato(), conversation));
    CHECK(may_take_from_bot(supervisor(), conversation));
    auto manager = sato();
    manager.role = Role::desk_manager;
    CHECK(may_take_from_bot(manager, conversation));
    conversation.risk_level = 3;
    CHECK(may_take_from_bot(sato(), conversation));
}
