// Singly linked lists: build, reverse, search, merge sort.
#include <stdint.h>
#include <stdio.h>

struct node { struct node *next; uint32_t key; };
static struct node pool[4096];

static struct node *build(uint32_t seed) {
    struct node *head = 0;
    for (int i = 0; i < 4096; i++) {
        seed = seed * 1664525 + 1013904223;
        pool[i].key = seed >> 12;
        pool[i].next = head;
        head = &pool[i];
    }
    return head;
}

static struct node *reverse(struct node *list) {
    struct node *done = 0;
    while (list) {
        struct node *next = list->next;
        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static struct node *merge(struct node *a, struct node *b) {
    struct node head, *tail = &head;
    while (a && b) {
        struct node **least = a->key <= b->key ? &a : &b;
        tail->next = *least;
        tail = *least;
        *least = tail->next;
    }
    tail->next = a ? a : b;
    return head.next;
}

static struct node *sort(struct node *list) {
    if (!list || !list->next)
        return list;
    struct node *slow = list, *fast = list->next;
    while (fast && fast->next)
        slow = slow->next, fast = fast->next->next;
    struct node *half = slow->next;
    slow->next = 0;
    return merge(sort(list), sort(half));
}

int main(void) {
    uint32_t sum = 0;
    for (uint32_t round = 0; round < 450; round++) {
        struct node *list = sort(reverse(build(round)));
        for (int search = 0; search < 8; search++)
            for (struct node *at = list; at && at->key < (uint32_t)search << 17; at = at->next)
                sum += at->key ^ round;
    }
    printf("%08x\n", (unsigned)sum);
    return 0;
}
