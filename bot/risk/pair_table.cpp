#include "bot/risk/pair_table.h"

#include <algorithm>
#include <map>

namespace tsunagi::bot {

PairTable::Beginners& PairTable::beginners_of(const std::u32string& head) { return filling_[{head[0], head.size() > 1 ? head[1] : U'\0'}]; }

void PairTable::add_need(const std::u32string& head, std::uint16_t number) { beginners_of(head).needs.push_back(number); }

void PairTable::add_program(const std::u32string& head, LetterBits third, std::uint16_t number) { beginners_of(head).programs[number] |= third; }

/// What begins with a letter alone begins with each of its pairs, so that one look tells all.
void PairTable::add_what_begins_alone()
{
    for (auto& [pair, beginners] : filling_) {
        if (pair.second == 0) continue;
        const auto alone = filling_.find({pair.first, U'\0'});
        if (alone == filling_.end()) continue;
        auto& list = beginners.needs;
        list.insert(list.end(), alone->second.needs.begin(), alone->second.needs.end());
        std::sort(list.begin(), list.end());
        list.erase(std::unique(list.begin(), list.end()), list.end());
        for (const auto& [program, third] : alone->second.programs) beginners.programs[program] |= third;
    }
}

void PairTable::seal(const std::vector<Need>& first_needs)
{
    add_what_begins_alone();
    std::size_t size = 64;
    while (size * 3 < filling_.size() * 4) size *= 2;  // hardly a look ends at an empty slot: `filter` comes first, and a small table stays near the processor
    shift_ = 64;
    for (auto rest = size; rest > 1; rest /= 2) --shift_;
    slots_.assign(size, {});
    may_be_.assign(may_be_bits / 64, 0);
    std::map<Beginners, const Slot*> known;  // pairs that begin the same share their lists
    for (const auto& [pair, beginners] : filling_) {
        const auto key = pair_key(pair.first, pair.second);
        auto at = key >> shift_;
        while (slots_[at].key != 0) at = (at + 1) % size;
        const auto [same, fresh] = known.emplace(beginners, &slots_[at]);
        if (fresh) {
            slots_[at] = {key, static_cast<std::uint32_t>(needs.size()), static_cast<std::uint32_t>(candidates.size()),
                          static_cast<std::uint16_t>(beginners.needs.size()), static_cast<std::uint16_t>(beginners.programs.size())};
            needs.insert(needs.end(), beginners.needs.begin(), beginners.needs.end());
            for (const auto& [program, third] : beginners.programs) candidates.push_back({third, program, first_needs[program]});
        } else {
            slots_[at] = *same->second;
            slots_[at].key = key;
        }
        const auto bit = key >> (64 - may_be_shift);
        may_be_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    filling_.clear();
}

}  // namespace tsunagi::bot
